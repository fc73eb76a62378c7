# Replays vectors on a compiled Elixir package. Usage: elixir -pa EBIN replay.exs MODULE VECTORS
# Says how many there were, and every difference; ends with 1 if there is one.
defmodule Replay do
  def run(package, vectors) do
    messages = vectors |> lines("messages") |> Enum.map(&message(package, &1))
    scripts = vectors |> lines("sessions") |> Enum.map(&script(package, &1))
    differences = Enum.count(messages ++ scripts, &(&1 == :differs))
    say(package, %{"messages" => length(messages), "scripts" => length(scripts), "differences" => differences})
    if differences > 0, do: System.halt(1)
  end

  defp lines(folder, name) do
    package = Module.concat([hd(System.argv())])
    text = File.read!("#{folder}/#{name}.jsonl")
    for line <- String.split(text, "\n", trim: true), do: part(package, "Json").decode(line)
  end

  defp part(package, name), do: Module.concat([package, "Runtime", name])
  defp schema(package), do: Module.concat(package, "Tables").schema()

  defp message(package, vector) do
    frame = vector["text"] || Base.decode16!(vector["octets"], case: :lower)
    expected = Map.take(vector, ["encoded", "message", "violations"])
    found = read(package, frame, vector["name"])
    if found == expected, do: :same, else: differ(package, vector["name"], found, expected)
  end

  defp read(package, frame, name) do
    schema = schema(package)

    case part(package, "Walk").decode(schema, frame) do
      {:ok, decoded} ->
        text = part(package, "Encode").encode(schema, decoded)
        as_objects(package, frame, text, name)
        %{"encoded" => text, "message" => part(package, "Binding").name(schema, decoded)}

      {:error, refused} ->
        violations =
          for violation <- refused.violations,
              do: Map.new(Map.from_struct(violation), fn {name, value} -> {Atom.to_string(name), value} end)

        if refused.name, do: %{"message" => refused.name, "violations" => violations}, else: %{"violations" => violations}
    end
  end

  # What an application sees and gives back says the same.
  defp as_objects(package, frame, text, name) do
    json = part(package, "Json")
    again = package.encode!(package.decode!(frame))
    if not String.contains?(text, "toon") and json.decode(again) != json.decode(text), do: raise("#{name} (as objects): #{again}, #{text}")
  end

  defp script(package, vector) do
    {trace, expected} = {part(package, "Script").replay(schema(package), vector["script"]), vector["trace"]}

    case Enum.find(Enum.zip(trace, expected), fn {found, expected} -> found != expected end) do
      nil when length(trace) == length(expected) -> :same
      nil -> differ(package, vector["name"], length(trace), length(expected))
      {found, expected} -> differ(package, vector["name"], found, expected)
    end
  end

  defp differ(package, name, found, expected) do
    say(package, %{"differs" => name, "found" => found, "expected" => expected})
    :differs
  end

  defp say(package, term), do: term |> part(package, "Terms").write() |> IO.iodata_to_binary() |> String.slice(0, 2000) |> IO.puts()
end

[module, vectors] = System.argv()
Replay.run(Module.concat([module]), vectors)
