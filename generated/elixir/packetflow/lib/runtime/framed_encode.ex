# @generated: comes with what ltpc writes for Elixir, and is the same for every protocol but for the name of its module.
defmodule PacketFlow.Runtime.FramedEncode do
  @moduledoc "Writing framed text."

  alias PacketFlow.Runtime.Decoded
  alias PacketFlow.Runtime.Encode
  alias PacketFlow.Runtime.Framed
  alias PacketFlow.Runtime.Schema
  alias PacketFlow.Runtime.Tape
  alias PacketFlow.Runtime.Values
  alias PacketFlow.Runtime.Words
  alias PacketFlow.Violation

  # What the member is called that stands behind the head.
  @body "(body)"

  @doc "The message's text. What does not conform is found by `check/2`, not here; but no value breaks out of its line."
  @spec encode(Schema.t(), Decoded.t()) :: String.t()
  def encode(%{framing: framing} = schema, decoded) do
    message = elem(schema.messages, decoded.message)
    record = elem(schema.types, message.body)
    members = members(decoded.body)
    body = with member when member != nil <- Enum.find(record.members, &(&1.name == @body)), do: said(schema, member, members)

    head =
      for member <- record.members, member.name != @body, text = written(schema, member, members), do: header(framing, member.name, text)

    length = if framing.length != nil and body != nil, do: header(framing, framing.length, Integer.to_string(byte_size(body))), else: ""

    IO.iodata_to_binary([
      start(schema, elem(schema.envelopes, message.envelope), decoded),
      framing.newline,
      head,
      length,
      for({name, value} <- unknown(record, members), do: header(framing, name, text_of(schema, nil, value, nil))),
      framing.until,
      framing.newline,
      if(framing.has_body, do: behind(framing, body || ""), else: "")
    ])
  end

  @doc "Everything for which a receiver with the same schema would refuse the message, or read another."
  @spec check(Schema.t(), Decoded.t()) :: [Violation.t()]
  def check(schema, decoded) do
    case Framed.decode(schema, encode(schema, decoded), true) do
      {:ok, read} ->
        message = elem(schema.messages, decoded.message)
        start = lost(schema, elem(schema.envelopes, message.envelope).members, decoded.envelope, read.envelope, &"(#{&1})")
        body = lost(schema, elem(schema.types, message.body).members, members(decoded.body), members(read.body), & &1)
        Enum.sort_by(start ++ body, &{&1.pointer, &1.rule})

      {:error, refused} ->
        refused.violations
    end
  end

  defp start(schema, envelope, decoded) do
    for part <- schema.framing.start do
      case part do
        {:text, text} -> text
        :tag -> line(decoded.tag)
        {:member, index} -> line(said(schema, Enum.at(envelope.members, index), decoded.envelope) || "")
      end
    end
  end

  defp behind(%{marker: nil}, body), do: body
  defp behind(framing, ""), do: [framing.marker, framing.newline]
  defp behind(framing, body), do: [body, framing.newline, framing.marker, framing.newline]

  # The text of a value of a type.
  defp text_of(schema, id, value, separator) do
    case {id && elem(schema.types, id), value} do
      {%{kind: :nullable, of: of}, _} -> text_of(schema, of, value, separator)
      {%{format: :uuid}, text} when is_binary(text) -> if Words.characters(text) == byte_size(text), do: String.downcase(text), else: text
      {_, text} when is_binary(text) -> text
      {%{kind: :list, of: of}, items} when is_list(items) -> Enum.map_join(items, separator || "", &text_of(schema, of, &1, nil))
      {_, {:raw, text}} -> bare(text)
      _ -> json(schema, id, value)
    end
  end

  # A string's text; of anything else its JSON.
  defp bare(json) do
    case Tape.parse(json, 256, :infinity, :infinity) do
      {:ok, {:string, _, _, text}} -> text
      _ -> json
    end
  end

  defp json(_, nil, value), do: Values.text_of(value)
  defp json(schema, id, value), do: Encode.encode_value(schema, id, value)

  # The text of a member's value, or of its default.
  defp said(schema, member, members) do
    separator = schema.framing.lists[member.name]

    case Values.fetch(members, member.name) do
      {:ok, value} -> text_of(schema, member.type, value, separator)
      :error when member.default == nil -> nil
      :error -> text_of(schema, member.type, member.default_value, separator)
    end
  end

  # The text of a member, if it is written.
  defp written(schema, %{default: default, always: false} = member, members) when default != nil do
    case Values.fetch(members, member.name) do
      {:ok, value} -> if json(schema, member.type, value) == default, do: nil, else: said(schema, member, members)
      :error -> nil
    end
  end

  defp written(schema, member, members), do: said(schema, member, members)

  defp header(framing, name, value) do
    space = if framing.trim and value != "", do: " ", else: ""
    [line(name), framing.separator, space, line(value), framing.newline]
  end

  # Text that stays in its line: a line end in it is written as a space.
  defp line(text), do: String.replace(text, ["\n", "\r"], " ")

  defp members({:object, members}), do: members
  defp members(_), do: []

  defp unknown(record, members), do: Enum.reject(members, fn {name, _} -> Enum.any?(record.members, &(&1.name == name)) end)

  # The values that are read as others than they were written from.
  defp lost(schema, declared, sent, read, pointer) do
    for {name, value} <- sent,
        type = Enum.find_value(declared, &(&1.name == name && {:type, &1.type})) || {:type, nil},
        written = json(schema, elem(type, 1), value),
        not same?(schema, elem(type, 1), Values.fetch(read, name), written) do
      expected = "a value that its place in the text can hold"
      %Violation{pointer: pointer.(name), rule: "charset", expected: expected, actual: Words.shorten(written)}
    end
  end

  defp same?(_, _, :error, _), do: false
  defp same?(schema, type, {:ok, value}, written), do: json(schema, type, value) == written
end
