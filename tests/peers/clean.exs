# Says what the compiler warns of in programs, which are not run. Usage: elixir [-pa EBIN] clean.exs PROGRAMS
# Ends with 1 if there is anything.
Code.require_file("compiled.ex", __DIR__)
# Programs that are not run together have modules of the same names.
Code.compiler_options(ignore_module_conflict: true)

warnings =
  for file <- System.argv() do
    {_, warnings} = Compiled.program(File.read!(file), file)
    warnings
  end

IO.write(:stderr, warnings)
if Enum.any?(warnings, &(&1 != "")), do: System.halt(1)
