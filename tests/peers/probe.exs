# Says what a compiled Elixir package makes of frames. Usage: elixir -pa EBIN probe.exs MODULE
# A frame a line comes in, in hexadecimal digits; what is made of it goes out as a line of JSON (see tests/tests/random.rs).
defmodule Probe do
  def run(package) do
    for line <- IO.stream(:stdio, :line) do
      said = judged(package, line |> String.trim() |> Base.decode16!(case: :lower))
      package |> part("Terms") |> apply(:write, [said]) |> IO.puts()
    end
  end

  defp part(package, name), do: Module.concat([package, "Runtime", name])
  defp schema(package), do: Module.concat(package, "Tables").schema()

  defp judged(package, frame) do
    case package.decode(frame) do
      {:ok, message} ->
        accepted(package, frame, message)

      {:error, refused} ->
        violations = for violation <- refused.violations, do: plain(violation)
        if refused.name, do: %{"message" => refused.name, "violations" => violations}, else: %{"violations" => violations}
    end
  end

  defp plain(violation), do: for({name, value} <- Map.from_struct(violation), value != nil, into: %{}, do: {Atom.to_string(name), value})

  # What accepts fast, and the walk that explains, see the same message; and both write the same.
  defp accepted(package, frame, message) do
    schema = schema(package)
    {:ok, decoded} = if schema.framing, do: part(package, "Codec").decode(schema, frame), else: part(package, "Walk").decode(schema, frame)
    walked = part(package, "Binding").message(Module.concat(package, "Tables"), decoded)
    encoded = part(package, "Codec").encode(schema, decoded)

    cond do
      walked != message -> %{"walk" => inspect(walked), "decode" => inspect(message)}
      not again?(package, package.encode(message), encoded) -> %{"walk" => encoded, "encode" => inspect(package.encode(message))}
      true -> %{"message" => part(package, "Binding").name(schema, decoded), "encoded" => encoded}
    end
  end

  # Members of maps have no order, and numbers no spelling. JSON of which the schema says nothing may have numbers that are carried, but not made.
  defp again?(_, {:ok, text}, text), do: true
  defp again?(package, {:ok, text}, encoded), do: package.decode(text) == package.decode(encoded)
  defp again?(_, {:error, _}, _), do: true
end

[module] = System.argv()
Probe.run(Module.concat([module]))
