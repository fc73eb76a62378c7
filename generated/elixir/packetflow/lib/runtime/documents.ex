# @generated: comes with what ltpc writes for Elixir, and is the same for every protocol but for the name of its module.
defmodule PacketFlow.Runtime.Documents do
  @moduledoc "Members of which a sibling says what they are, and how they are encoded."

  alias PacketFlow.Runtime.Findings
  alias PacketFlow.Runtime.Refusals
  alias PacketFlow.Runtime.Schema
  alias PacketFlow.Runtime.Shapes
  alias PacketFlow.Runtime.Tape
  alias PacketFlow.Runtime.Toon
  alias PacketFlow.Runtime.Values
  alias PacketFlow.Runtime.Walk
  alias PacketFlow.Runtime.Words

  @doc "The value of a payload; `among` are the places of its siblings, the number of the first, and the siblings."
  @spec payload(Walk.t(), Schema.Member.t(), Shapes.place(), tuple(), Findings.path(), Findings.t()) :: {Values.t(), Findings.t()}
  def payload(walk, %{payload: payload} = member, {_, node} = place, among, path, findings) do
    {kind, known, findings} = kind(payload, among, path, findings)
    encoding = encoding(walk, payload, among)
    nullable? = elem(walk.schema.types, member.type).kind == :nullable
    path = Findings.enter(path, Shapes.written(member, place))

    cond do
      nullable? and elem(node, 0) == :null -> {nil, findings}
      known != nil and encoding == "json" -> Shapes.value(walk, node, known, path, findings)
      known != nil and encoding == "toon" -> document(walk, node, known, path, findings)
      kind != nil and encoding == "toon" -> unknown(walk, node, path, findings)
      true -> Shapes.raw(walk, node, path, findings)
    end
  end

  defp kind(payload, {places, first, members}, path, findings) do
    case Enum.find_index(members, &(&1.name == payload.kind_member)) do
      nil ->
        {nil, nil, findings}

      index ->
        member = Enum.at(members, index)
        place = places[first + index]
        kind = said(member, place)
        known = payload.cases[kind]

        if kind != nil and known == nil and not payload.open do
          expected = Words.one_of(payload.case_names)
          name = Shapes.written(member, place)
          {kind, nil, Findings.note_at(findings, path, name, "one_of", expected, Values.quote_text(kind))}
        else
          {kind, known, findings}
        end
    end
  end

  defp said(_, {_, {:string, _, _, text}}), do: text
  defp said(member, nil), do: Shapes.default_text(member)
  defp said(_, _), do: nil

  defp encoding(_, %{encoding: nil}, _), do: "json"
  defp encoding(walk, %{encoding_in_envelope: true, encoding: name}, _), do: Map.get(walk.encodings, name, "json")

  defp encoding(_, %{encoding: name}, {places, first, members}) do
    case Enum.find_index(members, &(&1.name == name)) do
      nil -> "json"
      index -> members |> Enum.at(index) |> Shapes.encoding(places[first + index])
    end
  end

  # Of a kind that nobody knows the document is handed on as it stands.
  defp unknown(_, {:string, _, _, text}, _, findings), do: {text, findings}
  defp unknown(walk, node, path, findings), do: no_document(walk, node, path, findings)

  defp document(walk, {:string, _, _, text} = node, known, path, findings) do
    %{limits: limits, types: types} = walk.schema
    deepest = max(limits.depth - length(path), 0)

    with {:ok, json} <- Toon.to_json(text, deepest, limits.message, elem(types, known).kind == :list),
         {:ok, inner} <- read(json, deepest, limits) do
      Shapes.value(%{walk | text: json}, inner, known, path, findings)
    else
      {:refused, rule, at, json} ->
        {expected, actual} = Refusals.unreadable(rule, at, json, walk.schema)
        {nil, Findings.note(findings, path, Atom.to_string(rule), expected, actual)}

      {:wrong, :size} ->
        {nil, Findings.note(findings, path, "size", "at most #{limits.message} octets as JSON", Tape.raw(walk.text, node))}

      {:wrong, :depth} ->
        expected = "at most #{limits.depth} nested objects and lists"
        {nil, Findings.note(findings, path, "depth", expected, Tape.raw(walk.text, node))}

      {:wrong, line} ->
        {nil, Findings.note(findings, path, "encoding", "a TOON document (line #{line})", line(text, line))}
    end
  end

  defp document(walk, node, _, path, findings), do: no_document(walk, node, path, findings)

  defp read(json, deepest, limits) do
    case Tape.parse(json, deepest, limits.list, limits.members) do
      {:ok, node} -> {:ok, node}
      {:unreadable, rule, at} -> {:refused, rule, at, json}
    end
  end

  defp line(text, number) when number > 0 do
    text |> String.split("\n") |> Enum.at(number - 1, "") |> String.replace_suffix("\r", "")
  end

  defp line(_, _), do: ""

  defp no_document(walk, node, path, findings) do
    findings = Findings.note(findings, path, "type", "a string that holds a TOON document", Tape.raw(walk.text, node))
    {nil, Shapes.audit(walk, node, path, findings)}
  end
end
