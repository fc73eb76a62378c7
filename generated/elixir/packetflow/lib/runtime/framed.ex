# @generated: comes with what ltpc writes for Elixir, and is the same for every protocol but for the name of its module.
defmodule PacketFlow.Runtime.Framed do
  @moduledoc "Reading framed text by the tables: each value becomes the JSON that it stands for, and the walk judges it."

  alias PacketFlow.Refused
  alias PacketFlow.Runtime.Decoded
  alias PacketFlow.Runtime.Findings
  alias PacketFlow.Runtime.Framing
  alias PacketFlow.Runtime.Numbers
  alias PacketFlow.Runtime.Positions
  alias PacketFlow.Runtime.Scan
  alias PacketFlow.Runtime.Schema
  alias PacketFlow.Runtime.Shapes
  alias PacketFlow.Runtime.Tape
  alias PacketFlow.Runtime.Values
  alias PacketFlow.Runtime.Words
  alias PacketFlow.Violation

  @typedoc "A line `name: value`, and the octet at which the value begins."
  @type header :: {String.t(), String.t(), non_neg_integer()}

  @typedoc """
  What can be read of a text, whole or not. Nothing in it is checked against the message's members.

  `tag` is what names the message, if the start line is whole; `headers` are those whose lines are whole; `head_complete` says whether the head
  is; `body` is what is there of it; `state` is `:complete`, `:cut` (it could be the beginning of a message), or the rule that it breaks.
  """
  @type partial :: %{tag: String.t() | nil, headers: [header()], head_complete: boolean(), body: binary(), state: atom()}

  # What the member is called that stands behind the head.
  @body "(body)"

  @doc "Reads and validates one message; see `decode/3` of the codec."
  @spec decode(Schema.t(), binary(), boolean() | nil) :: {:ok, Decoded.t()} | {:error, Refused.t()}
  def decode(%{framing: framing} = schema, text, strict) do
    strict = if strict == nil, do: framing.strict, else: strict

    case parts(schema, text, strict) do
      {:wrong, wrong} -> {:error, refused(schema, text, [Positions.unreadable(schema, text, wrong)])}
      {:ok, parts} -> read(schema, text, parts)
    end
  end

  @doc "Reads as much as there is of a text that may be cut off."
  @spec partial(Schema.t(), binary(), boolean() | nil) :: partial()
  def partial(%{framing: framing} = schema, text, strict \\ nil) do
    strict = if strict == nil, do: framing.strict, else: strict

    {state, stop, whole} =
      case Scan.step(Scan.new(framing), schema.limits.message, strict, text, :pause) do
        {:whole, extent} -> {:complete, byte_size(text), extent}
        {:more, _} -> {:cut, byte_size(text), nil}
        # Of what is broken only the lines above count.
        {:wrong, wrong} -> {wrong.rule, wrong.at, nil}
      end

    lines = lines(text, 0, stop)
    {head, rest} = Enum.split_while(lines, fn {at, line} -> at == 0 or Framing.content(framing, line) != framing.until end)
    headers = for {at, line} <- Enum.drop(head, 1), header = header(framing, Framing.content(framing, line), at), do: header
    tag = with [{0, line} | _] <- lines, do: tag(framing, Framing.content(framing, line)), else: (_ -> nil)
    %{tag: tag, headers: headers, head_complete: rest != [], body: partial_body(text, rest, whole), state: state}
  end

  @doc "The JSON value that a text stands for, as far as the type goes; a text that is none of the type's becomes a string."
  @spec to_json(Schema.t(), non_neg_integer(), String.t(), String.t() | nil) :: iodata()
  def to_json(schema, id, text, separator) do
    case elem(schema.types, id) do
      %{kind: :nullable, of: of} -> to_json(schema, of, text, separator)
      %{kind: :bool} when text in ["true", "false"] -> text
      %{kind: :list, of: of} -> [?[, text |> items(schema.framing, separator) |> Values.separated(&to_json(schema, of, &1, nil)), ?]]
      %{kind: kind} when kind in [:int, :uint, :float] -> if Numbers.number?(text), do: text, else: Values.quoted(text)
      _ -> Values.quoted(text)
    end
  end

  @doc "Which messages there are, in words."
  @spec expected_tags(Schema.t()) :: String.t()
  def expected_tags(schema) do
    tags =
      for message <- Tuple.to_list(schema.messages), message.envelope == schema.framing.envelope do
        if message.tag, do: Values.quote_text(message.tag), else: "text that matches `#{message.pattern.source}`"
      end

    Words.listed(tags)
  end

  # A frame taken apart.
  defp parts(%{framing: framing} = schema, text, strict) do
    case Scan.step(Scan.new(framing), schema.limits.message, strict, text, :nothing) do
      {:whole, extent} when extent.end < byte_size(text) -> {:wrong, Scan.wrong_at(:trailing, extent.end)}
      {:whole, extent} -> apart(framing, text, extent)
      {:more, _} -> {:wrong, Scan.wrong_at(:truncated, byte_size(text))}
      wrong -> wrong
    end
  end

  defp apart(framing, text, %{body: {start, stop}} = extent) do
    body = binary_part(text, start, stop - start)

    with {:utf8, nil} <- {:utf8, not_utf8(body)},
         {:charset, nil} <- {:charset, odd(framing.charset, body, 0)} do
      [{0, first} | lines] = lines(text, 0, start)
      head = Enum.take_while(lines, fn {at, _} -> at < extent.head end)
      headers = for {at, line} <- head, header = header(framing, Framing.content(framing, line), at), do: header
      start_line = Framing.content(framing, first)
      {:ok, %{start: start_line, headers: headers, body: body, head: extent.head, body_at: start, lengths: extent.lengths}}
    else
      {rule, at} -> {:wrong, Scan.wrong_at(rule, start + at)}
    end
  end

  defp read(%{framing: framing} = schema, text, parts) do
    envelope = elem(schema.envelopes, framing.envelope)
    {:ok, said} = Framing.read_start(framing, parts.start)
    members = Enum.sort(for {{:member, index}, value, at} <- said, do: {index, value, at})

    {own, findings} =
      Enum.map_reduce(members, [], fn {index, value, at}, findings ->
        member = Enum.at(envelope.members, index)
        {value, violations} = judged(schema, member.type, to_json(schema, member.type, value, nil))
        {{member.name, value}, findings ++ Enum.map(violations, &placed(&1, "(#{member.name})", text, at))}
      end)

    [{_, tag, at}] = for {:tag, _, _} = found <- said, do: found

    case Schema.find(schema, "", tag) do
      nil ->
        unknown = %Violation{pointer: "(tag)", rule: "unknown_tag", expected: expected_tags(schema), actual: shown(tag)}
        {:error, refused(schema, text, findings ++ [placed(unknown, "(tag)", text, at)])}

      index ->
        {body, more} = body(schema, text, parts, elem(schema.types, elem(schema.messages, index).body))

        if findings ++ more == [],
          do: {:ok, %Decoded{message: index, tag: tag, envelope: own, body: body, lengths: parts.lengths}},
          else: {:error, refused(schema, text, findings ++ more)}
    end
  end

  # The value that a text of JSON is, and all that is wrong with it. It is ours: no limit of size holds for it.
  defp judged(schema, type, json) do
    json = IO.iodata_to_binary(json)
    {:ok, node} = Tape.parse(json, 256, :infinity, :infinity)
    {value, findings} = Shapes.value(%{schema: schema, text: json, encodings: %{}}, node, type, [], %Findings{})
    {value, Findings.finish(findings)}
  end

  # Headers and body as the members of the message.
  defp body(schema, text, parts, record) do
    {json, places, findings} = Enum.reduce(parts.headers, {[], [], []}, &header_json(&1, &2, schema, record, text))

    json =
      case Enum.find(record.members, &(&1.name == @body)) do
        nil -> json
        member -> [[Values.quoted(@body), ?:, to_json(schema, member.type, parts.body, nil)] | json]
      end

    members = json |> Enum.reverse() |> Values.separated(& &1)
    {value, violations} = judged(schema, record.id, [?{, members, ?}])

    more =
      for violation <- violations do
        # A name is a token: nothing in it is escaped but `~`.
        pointer = violation.pointer |> binary_part(1, byte_size(violation.pointer) - 1) |> String.replace("~0", "~")
        [name | _] = String.split(pointer, "/")
        placed(violation, pointer, text, if(name == @body, do: parts.body_at, else: place(places, name) || parts.head))
      end

    {value, findings ++ more}
  end

  defp header_json({name, value, at}, {json, places, findings}, %{framing: framing} = schema, record, text) do
    {member, known} = declared(framing, record, name)

    cond do
      framing.length != nil and Framing.same?(framing, framing.length, name) ->
        {json, places, findings}

      Enum.any?(places, fn {other, _} -> one?(record, other, known) or Framing.same?(framing, other, known) end) ->
        twice = %Violation{pointer: known, rule: "duplicate", expected: "a header that stands once", actual: shown(value)}
        {json, places, findings ++ [placed(twice, known, text, at)]}

      member != nil ->
        written = to_json(schema, member.type, value, framing.lists[member.name])
        {[[Values.quoted(known), ?:, written] | json], places ++ [{known, at}], findings}

      framing.unknown == "keep" ->
        {[[Values.quoted(name), ?:, Values.quoted(value)] | json], places ++ [{name, at}], findings}

      framing.unknown == "refuse" ->
        unknown = %Violation{pointer: name, rule: "header", expected: "a header that the message declares", actual: shown(value)}
        {json, places ++ [{name, at}], findings ++ [placed(unknown, name, text, at)]}

      true ->
        {json, places ++ [{name, at}], findings}
    end
  end

  # The member that a header is, and the name by which it is one.
  defp declared(framing, record, name) do
    found = for member <- record.members, known <- [member.name | member.accepts], Framing.same?(framing, known, name), do: {member, known}

    List.first(found) || {nil, name}
  end

  # Whether both names are those of one member.
  defp one?(_, same, same), do: true
  defp one?(record, one, other), do: is_map_key(record.by_name, one) and record.by_name[one] == record.by_name[other]

  defp place(places, name) do
    case List.keyfind(places, name, 0) do
      {_, at} -> at
      nil -> nil
    end
  end

  defp placed(violation, pointer, text, at) do
    {line, column} = Positions.position(text, at)
    %{violation | pointer: pointer, line: line, column: column}
  end

  defp shown(text), do: text |> Values.quote_text() |> Words.shorten()

  # Lines with the octets at which they begin, as far as they are whole before an octet.
  defp lines(text, from, to) do
    case :binary.match(text, "\n", scope: {from, to - from}) do
      {at, _} -> [{from, binary_part(text, from, at - from)} | lines(text, at + 1, to)]
      :nomatch -> []
    end
  end

  defp header(framing, line, at) do
    case Framing.header_name(framing, line) do
      nil ->
        nil

      name ->
        skip = byte_size(name) + byte_size(framing.separator)
        value = binary_part(line, skip, byte_size(line) - skip)
        {value, passed} = if framing.trim, do: Framing.trimmed(value), else: {value, 0}
        {name, value, at + skip + passed}
    end
  end

  defp items("", _, _), do: []

  defp items(text, framing, separator) do
    parts = if separator in [nil, ""], do: [text], else: String.split(text, separator)
    if framing.trim, do: Enum.map(parts, &elem(Framing.trimmed(&1), 0)), else: parts
  end

  defp not_utf8(octets) do
    case :unicode.characters_to_binary(octets) do
      {_, good, _} -> byte_size(good)
      _ -> nil
    end
  end

  # The first octet that a body may not hold.
  defp odd("utf8", _, _), do: nil
  defp odd(_, "", _), do: nil
  defp odd(charset, <<c, rest::binary>>, at) when c in 0x20..0x7E or c in [?\t, ?\n, ?\r], do: odd(charset, rest, at + 1)
  defp odd("text", <<c, rest::binary>>, at) when c >= 0x80, do: odd("text", rest, at + 1)
  defp odd(_, _, at), do: at

  defp tag(framing, line) do
    case Framing.read_start(framing, line) do
      {:ok, said} -> Enum.find_value(said, fn {part, text, _} -> if part == :tag, do: text end)
      {:wrong, _} -> nil
    end
  end

  defp partial_body(_, [], _), do: ""

  defp partial_body(text, [{at, line} | _], nil),
    do: binary_part(text, at + byte_size(line) + 1, byte_size(text) - at - byte_size(line) - 1)

  defp partial_body(text, _, extent) do
    {start, stop} = extent.body
    binary_part(text, start, stop - start)
  end

  defp refused(%{framing: framing} = schema, text, violations) do
    violations = violations |> Enum.sort_by(&{&1.pointer, &1.rule}) |> Enum.dedup_by(&{&1.pointer, &1.rule})
    [line | _] = :binary.split(text, "\n")
    line = String.replace(line, ~r/[ \t\n\f\r]+\z/, "")
    tag = if byte_size(line) <= framing.line and String.valid?(line), do: tag(framing, line)
    index = tag && Schema.find(schema, "", tag)
    %Refused{violations: violations, tag: tag, name: index && elem(schema.messages, index).name, size: byte_size(text)}
  end
end
