# Replays vectors on a compiled Elixir package. Usage: elixir -pa EBIN replay.exs MODULE VECTORS
# Says how many there were, and every difference; ends with 1 if there is one.
defmodule Replay do
  def run(package, vectors) do
    own_options(package)
    messages = vectors |> lines("messages") |> Enum.map(&message(package, &1))
    streams = vectors |> lines("streams") |> Enum.map(&stream(package, &1))
    scripts = vectors |> lines("sessions") |> Enum.map(&script(package, &1))
    differences = Enum.count(messages ++ streams ++ scripts, &(&1 == :differs))
    counts = %{"messages" => length(messages), "streams" => length(streams), "scripts" => length(scripts)}
    say(package, Map.put(counts, "differences", differences))
    if differences > 0, do: System.halt(1)
  end

  # What a package is told for itself has no name of an option of the schema.
  defp own_options(package) do
    {:ok, modules} = :application.get_key(:checked, :modules)

    for module <- modules,
        Code.ensure_loaded?(module),
        function_exported?(module, :__role__, 0),
        {name, _} <- module.__role__().options,
        name in part(package, "Roles").own() do
      raise "#{inspect(module)}: #{name} has two meanings"
    end
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
    expected = Map.take(vector, ["encoded", "message", "violations", "lengths"])
    found = read(package, frame, strict(vector["mismatch"]), vector["name"])
    if found == expected, do: :same, else: differ(package, vector["name"], found, expected)
  end

  defp strict(rule), do: %{"strict" => true, "advisory" => false}[rule]

  defp read(package, frame, strict, name) do
    schema = schema(package)

    case part(package, "Codec").decode(schema, frame, strict) do
      {:ok, decoded} ->
        text = part(package, "Codec").encode(schema, decoded)
        as_objects(package, decoded, text, name)
        lengths = if decoded.lengths, do: %{"lengths" => texts(decoded.lengths)}, else: %{}
        Map.merge(lengths, %{"encoded" => text, "message" => part(package, "Binding").name(schema, decoded)})

      {:error, refused} ->
        violations = Enum.map(refused.violations, &violation/1)
        if refused.name, do: %{"message" => refused.name, "violations" => violations}, else: %{"violations" => violations}
    end
  end

  defp violation(violation),
    do: for({name, value} <- Map.from_struct(violation), value != nil, into: %{}, do: {Atom.to_string(name), value})

  defp texts(map), do: Map.new(map, fn {name, value} -> {Atom.to_string(name), value} end)

  # What an application sees and gives back says the same.
  defp as_objects(package, decoded, text, name) do
    json = part(package, "Json")
    again = package.encode!(part(package, "Binding").message(Module.concat(package, "Tables"), decoded))
    framed = schema(package).framing != nil

    same = if framed, do: again == text, else: String.contains?(text, "toon") or json.decode(again) == json.decode(text)

    if not same, do: raise("#{name} (as objects): #{again}, #{text}")
  end

  # Framed texts one behind the other, cut anywhere.
  defp stream(package, vector) do
    strict = strict(vector["mismatch"])
    schema = schema(package)
    split = part(package, "Split").new(schema.framing, schema.limits.message, strict)

    {came, _} =
      Enum.map_reduce(vector["steps"], split, fn
        %{"octets" => octets}, split ->
          split |> part(package, "Split").push(Base.decode16!(octets, case: :lower)) |> cut(package, :more, strict)

        "pause", split ->
          cut(split, package, :pause, strict)

        "finish", split ->
          cut(split, package, :nothing, strict)
      end)

    if came == vector["came"], do: :same, else: differ(package, vector["name"], came, vector["came"])
  end

  defp cut(split, package, behind, strict) do
    case part(package, "Split").next(split, behind) do
      {:more, split} ->
        {[], split}

      {{:frame, frame, lengths}, split} ->
        {more, split} = cut(split, package, behind, strict)
        {[%{"frame" => [Base.encode16(frame, case: :lower), lengths && texts(lengths)]} | more], split}

      {{:broken, octets}, split} ->
        {:error, refused} = part(package, "Codec").decode(schema(package), octets, strict)
        {[%{"broken" => refused.violations |> hd() |> violation()}], split}
    end
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
:ok = Application.load(:checked)
Replay.run(Module.concat([module]), vectors)
