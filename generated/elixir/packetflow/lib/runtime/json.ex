# @generated: comes with what ltpc writes for Elixir, and is the same for every protocol but for the name of its module.
defmodule PacketFlow.Runtime.Json do
  @moduledoc """
  JSON of which no schema says anything, as ordinary terms. It has been read before, so it is well formed.

  The release's own module is used where it has one, else Jason, else jiffy: chosen when this is compiled. Without any of them, and for
  numbers that no double holds, it is read by the support's own reader.
  """

  alias PacketFlow.Runtime.Tape
  alias PacketFlow.Runtime.Values

  @compile {:no_warn_undefined, [JSON, Jason, :json, :jiffy]}

  @library Enum.find([JSON, :json, Jason, :jiffy], &Code.ensure_loaded?/1)

  @doc "What reads JSON."
  @spec library() :: module() | nil
  def library, do: @library

  @doc "The terms of a text: objects are maps, `null` is `nil`."
  @spec decode(String.t()) :: term()
  def decode(text) do
    read(text)
  rescue
    _ -> own(text)
  catch
    _, _ -> own(text)
  end

  case @library do
    JSON ->
      defp read(text), do: JSON.decode!(text)

    Jason ->
      defp read(text), do: Jason.decode!(text)

    :json ->
      defp read(text) do
        {value, :ok, ""} = :json.decode(text, :ok, %{null: nil})
        value
      end

    :jiffy ->
      defp read(text), do: :jiffy.decode(text, [:return_maps, :use_nil])

    nil ->
      defp read(text), do: own(text)
  end

  defp own(text) do
    {:ok, root} = Tape.parse(text, 1_000_000, :infinity, :infinity)
    text |> Tape.value(root) |> Values.plain()
  end
end
