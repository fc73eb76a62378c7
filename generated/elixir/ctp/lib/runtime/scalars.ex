# @generated: comes with what ltpc writes for Elixir, and is the same for every protocol but for the name of its module.
defmodule CTP.Runtime.Scalars do
  @moduledoc "Texts and numbers, with what a schema says of them."

  alias CTP.Runtime.Findings
  alias CTP.Runtime.Formats
  alias CTP.Runtime.Numbers
  alias CTP.Runtime.Pattern
  alias CTP.Runtime.Schema
  alias CTP.Runtime.Shapes
  alias CTP.Runtime.Tape
  alias CTP.Runtime.Walk
  alias CTP.Runtime.Words

  @doc "An integer of 64 bits."
  @spec integer(String.t(), Schema.Type.t(), Findings.path(), Findings.t()) :: {integer() | nil, Findings.t()}
  def integer(raw, %{kind: :int} = type, path, findings),
    do: ranged(Numbers.signed(raw), raw, type, "a signed 64-bit integer", path, findings)

  def integer(raw, %{kind: :uint} = type, path, findings),
    do: ranged(Numbers.unsigned(raw), raw, type, "an unsigned 64-bit integer", path, findings)

  defp ranged(nil, raw, _, expected, path, findings), do: {nil, Findings.note(findings, path, "number", expected, raw)}
  defp ranged(value, _, %{ranges: []}, _, _, findings), do: {value, findings}

  defp ranged(value, raw, %{ranges: ranges}, _, path, findings) do
    if Enum.any?(ranges, fn {start, stop} -> start <= value and value <= stop end),
      do: {value, findings},
      else: {value, Findings.note(findings, path, "range", Words.integers(ranges), raw)}
  end

  @doc "A finite double."
  @spec double(String.t(), Schema.Type.t(), Findings.path(), Findings.t()) :: {float() | nil, Findings.t()}
  def double(raw, type, path, findings) do
    value = Numbers.double(raw)

    cond do
      value == nil -> {nil, Findings.note(findings, path, "number", "a finite double", raw)}
      within?(value, type.ranges) -> {value, findings}
      true -> {value, Findings.note(findings, path, "range", Words.floats(type.ranges), raw)}
    end
  end

  @doc "Whether a number is in one of the ranges, if there are any."
  @spec within?(float(), list()) :: boolean()
  def within?(_, []), do: true
  def within?(value, [range | rest]), do: inside?(value, range) or (rest != [] and within?(value, rest))

  defp inside?(value, {start, stop, included}) do
    (start == nil or value >= start) and (stop == nil or value < stop or (included and value == stop))
  end

  @doc "A text."
  @spec text(Walk.t(), Tape.node_(), Schema.Type.t(), Findings.path(), Findings.t()) :: {String.t() | nil, Findings.t()}
  def text(walk, {:string, _, _, text} = node, type, path, findings) do
    case Shapes.short_enough(walk, node, path, findings) do
      {true, findings} ->
        findings =
          for {rule, expected} <- wrong(type, text), reduce: findings do
            findings -> Findings.note(findings, path, rule, expected, Tape.raw(walk.text, node))
          end

        {if(type.format == :uuid, do: String.downcase(text), else: text), findings}

      {false, findings} ->
        {nil, findings}
    end
  end

  @doc "Whether a text breaks no rule."
  @spec allowed?(Schema.Type.t(), String.t()) :: boolean()
  def allowed?(type, text), do: wrong(type, text) == []

  # Which rules a text breaks, each with what it allows.
  defp wrong(%{length: nil, one_of: [], pattern: nil, format: nil}, _), do: []

  defp wrong(type, text) do
    length(type.length, text) ++ one_of(type.one_of, text) ++ pattern(type.pattern, text) ++ format(type.format, text)
  end

  defp length(nil, _), do: []

  defp length({least, most}, text) do
    count = Words.characters(text)
    if count < least or (most != nil and count > most), do: [{"length", Words.length(least, most, "character")}], else: []
  end

  defp one_of([], _), do: []
  defp one_of(texts, text), do: if(text in texts, do: [], else: [{"one_of", Words.one_of(texts)}])

  defp pattern(nil, _), do: []

  defp pattern(pattern, text) do
    if Pattern.matches?(pattern, text), do: [], else: [{"pattern", "text that matches `#{pattern.source}`"}]
  end

  defp format(:uuid, text), do: if(Formats.uuid?(text), do: [], else: [{"format", "a UUID"}])

  defp format(:datetime, text),
    do: if(Formats.datetime?(text), do: [], else: [{"format", "an RFC 3339 date and time"}])

  defp format(nil, _), do: []

  @doc "One of a set of texts."
  @spec variant(Walk.t(), Tape.node_(), Schema.Type.t(), Findings.path(), Findings.t()) :: {String.t() | nil, Findings.t()}
  def variant(walk, {:string, _, _, text} = node, type, path, findings) do
    case Shapes.short_enough(walk, node, path, findings) do
      {true, findings} ->
        if type.open or text in type.variants,
          do: {text, findings},
          else: {text, Findings.note(findings, path, "one_of", Words.one_of(type.variants), Tape.raw(walk.text, node))}

      {false, findings} ->
        {nil, findings}
    end
  end
end
