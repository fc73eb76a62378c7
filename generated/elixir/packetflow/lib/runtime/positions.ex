# @generated: comes with what ltpc writes for Elixir, and is the same for every protocol but for the name of its module.
defmodule PacketFlow.Runtime.Positions do
  @moduledoc "What a framing allows, in words, and where in a text something stands."

  alias PacketFlow.Runtime.Scan
  alias PacketFlow.Runtime.Schema
  alias PacketFlow.Runtime.Words
  alias PacketFlow.Violation

  @doc "The line and the character of an octet, from 1."
  @spec position(binary(), non_neg_integer()) :: {pos_integer(), pos_integer()}
  def position(text, at) do
    before = binary_part(text, 0, min(at, byte_size(text)))
    lines = :binary.matches(before, "\n")

    start =
      case List.last(lines) do
        {last, _} -> last + 1
        nil -> 0
      end

    {length(lines) + 1, characters(binary_part(before, start, byte_size(before) - start), 0) + 1}
  end

  # Octets that are no UTF-8 count one each.
  defp characters("", count), do: count
  defp characters(<<_::utf8, rest::binary>>, count), do: characters(rest, count + 1)
  defp characters(<<_, rest::binary>>, count), do: characters(rest, count + 1)

  @doc "The violation of a text whose form is broken."
  @spec unreadable(Schema.t(), binary(), Scan.wrong()) :: Violation.t()
  def unreadable(%{framing: framing} = schema, text, wrong) do
    {line, column} = position(text, wrong.at)
    here = "line #{line}, column #{column}"
    character = character(text, wrong.at)
    stands = if character, do: "`#{Words.shown(character)}` at #{here}", else: "the end at #{here}"
    {expected, actual} = words(wrong.rule, schema, text, wrong, here, stands)
    pointer = if wrong.about == :length, do: framing.length || "", else: ""
    %Violation{pointer: pointer, rule: Atom.to_string(wrong.rule), expected: expected, actual: actual, line: line, column: column}
  end

  defp words(:empty, _, _, _, _, _), do: {"a message", "nothing"}
  defp words(:size, schema, _, _, here, _), do: {"at most #{schema.limits.message} octets", "more, as shows at #{here}"}
  defp words(:line_size, schema, _, _, here, _), do: {"at most #{schema.framing.line} octets in a line", "more at #{here}"}
  defp words(:headers, schema, _, _, here, _), do: {"at most #{schema.framing.most} headers", "one more at #{here}"}
  defp words(:start, schema, _, _, _, stands), do: {form(schema), stands}

  defp words(:header, schema, text, wrong, here, _) do
    line = text |> line(wrong.at) |> Words.shorten()
    {"a header (a name, `#{schema.framing.separator}` and a value)", "`#{line}` at #{here}"}
  end

  defp words(:marker, %{framing: framing}, _, wrong, _, stands) do
    {marker(if(wrong.about == :body_end, do: framing.marker || "", else: framing.until)), stands}
  end

  defp words(:length_mismatch, %{framing: framing}, _, wrong, _, _) do
    expected = "the line `#{framing.marker || ""}` behind #{wrong.declared} octets of body, as #{framing.length || ""} says"
    {expected, if(wrong.actual, do: "it behind #{wrong.actual} octets", else: "something else there")}
  end

  defp words(:truncated, %{framing: framing}, _, %{about: :lengths} = wrong, _, stands),
    do: {"#{wrong.declared} octets of body, as #{framing.length || ""} says", stands}

  defp words(:trailing, _, _, _, _, stands), do: {"nothing behind the message", stands}
  defp words(:duplicate, _, _, _, here, _), do: {"a header that stands once", "another at #{here}"}
  defp words(:required, _, _, _, _, _), do: {"the number of the body's octets", "nothing"}

  defp words(:number, _, text, wrong, here, _),
    do: {"a number of octets, in digits", "`#{text |> line(wrong.at) |> Words.shorten()}` at #{here}"}

  defp words(:charset, %{framing: framing}, text, wrong, _, stands) do
    cond do
      head?(framing, text, wrong.at) -> {"printable ASCII in the head", stands}
      framing.charset == "ascii" -> {"printable ASCII", stands}
      true -> {"text without control characters", stands}
    end
  end

  defp words(_, _, _, _, here, _), do: {"UTF-8", "something else at #{here}"}

  # The start line's form, such as `GET <target> HTTP/1.1`.
  defp form(%{framing: framing} = schema) do
    members = elem(schema.envelopes, framing.envelope).members

    parts =
      for part <- framing.start do
        case part do
          {:text, text} -> text
          {:member, index} -> "<#{Enum.at(members, index).name}>"
          :tag -> "<message>"
        end
      end

    "`#{parts}`"
  end

  defp marker(""), do: "a blank line behind the headers"
  defp marker(line), do: "the line `#{line}`"

  defp character(text, at) when at >= byte_size(text), do: nil

  defp character(text, at) do
    case binary_part(text, at, byte_size(text) - at) do
      <<point::utf8, _::binary>> -> <<point::utf8>>
      _ -> "\uFFFD"
    end
  end

  # What stands from there to the end of the line.
  defp line(text, at) do
    rest = binary_part(text, at, byte_size(text) - at)
    [line | _] = :binary.split(rest, ["\n", "\r"])
    if String.valid?(line), do: line, else: ""
  end

  # Whether an octet stands in the head, as far as there is one.
  defp head?(framing, text, at) do
    lines = text |> binary_part(0, at) |> :binary.split("\n", [:global])
    not (lines |> Enum.drop(1) |> Enum.drop(-1) |> Enum.any?(&(trailing(&1) == framing.until)))
  end

  defp trailing(line), do: String.replace(line, ~r/[ \t\f\r]+\z/, "")
end
