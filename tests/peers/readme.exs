# Checks and runs the examples of a generated package's README. Usage: elixir -pa EBIN readme.exs README
#
# They stand in pairs: a client, and the server that it connects to. Each is formatted and compiles without a warning, and each pair is run, on a
# port that is free.
Code.require_file("compiled.ex", __DIR__)

defmodule Readme do
  # How long an example runs that has no end.
  @enough 2_000

  def run(path) do
    examples = Regex.scan(~r/```elixir\n(.*?)```/s, File.read!(path), capture: :all_but_first) |> List.flatten()
    pairs = Enum.chunk_every(examples, 2)
    true = pairs != [] and Enum.all?(pairs, &match?([_, _], &1))
    for example <- examples, do: formatted(example)
    ends = Enum.map(pairs, &pair/1)
    IO.puts("#{length(examples)} examples, #{Enum.count(ends, & &1)} came to an end by themselves")
  end

  defp formatted(example) do
    wanted = IO.iodata_to_binary([Code.format_string!(example, line_length: 140), "\n"])
    if wanted != example, do: raise("not formatted:\n#{example}as it would be:\n#{wanted}")
  end

  defp pair([client, server]) do
    {:ok, free} = :gen_tcp.listen(0, [])
    {:ok, port} = :inet.port(free)
    :gen_tcp.close(free)
    [client, server] = Enum.map([client, server], &program(&1, port))
    me = self()

    # What it started ends with it.
    serving =
      spawn_link(fn ->
        server.run()
        send(me, :serves)
        Process.sleep(:infinity)
      end)

    receive do
      :serves -> :ok
    end

    running = Task.async(&client.run/0)
    ended = Task.yield(running, @enough)
    Process.unlink(running.pid)
    Task.shutdown(running, :brutal_kill)
    Process.unlink(serving)
    Process.exit(serving, :kill)
    match?({:ok, _}, ended)
  end

  defp program(example, port) do
    {program, warnings} = example |> String.replace(~r/localhost(:\d+)?/, "localhost:#{port}") |> Compiled.program("README.md")
    if warnings != "", do: raise("#{warnings}in\n#{example}")
    program
  end
end

# What is killed complains.
Logger.configure(level: :none)
Readme.run(hd(System.argv()))
