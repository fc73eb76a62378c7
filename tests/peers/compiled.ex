# Compiles programs without running them, so that what the compiler warns of can be asked for.
defmodule Compiled do
  # The modules of a program are compiled as they stand; what it does becomes a function, `run/0`, of a module that is given back with the warnings.
  def program(text, file) do
    {:ok, _} = Application.ensure_all_started(:ex_unit)
    {modules, does} = text |> Code.string_to_quoted!(file: file) |> parts() |> Enum.split_with(&match?({:defmodule, _, _}, &1))
    module = Module.concat([Program, "N#{System.unique_integer([:positive])}"])

    program =
      quote do
        defmodule unquote(module) do
          @moduledoc false
          def run do
            (unquote_splicing(does))
          end
        end
      end

    warnings = ExUnit.CaptureIO.capture_io(:stderr, fn -> Code.compile_quoted({:__block__, [], modules ++ [program]}, file) end)
    {module, warnings}
  end

  defp parts({:__block__, _, parts}), do: parts
  defp parts(part), do: [part]
end
