# @generated: comes with what ltpc writes for Elixir, and is the same for every protocol but for the name of its module.
defmodule PacketFlow.Runtime.Words do
  @moduledoc "What a schema allows, in words, and what is said of a refusal."

  alias PacketFlow.Runtime.Numbers
  alias PacketFlow.Runtime.Values

  @named 20
  @shown 64

  @doc "`one of a, b`; of many only the first are named."
  @spec listed([String.t()]) :: String.t()
  def listed([only]), do: only

  def listed(texts) do
    named = if length(texts) > @named, do: Enum.take(texts, @named) ++ ["..."], else: texts
    "one of " <> Enum.join(named, ", ")
  end

  @doc "The same of texts, as they stand in JSON."
  @spec one_of([String.t()]) :: String.t()
  def one_of(texts), do: texts |> Enum.map(&Values.quote_text/1) |> listed()

  @doc "How many there may be."
  @spec length(non_neg_integer(), non_neg_integer() | nil, String.t()) :: String.t()
  def length(same, same, one), do: "#{same} #{plural(same, one)}"
  def length(least, nil, one), do: "at least #{least} #{plural(least, one)}"
  def length(0, most, one), do: "at most #{most} #{plural(most, one)}"
  def length(least, most, one), do: "#{least} ..= #{most} #{plural(most, one)}"

  @doc "How many there are."
  @spec count(non_neg_integer(), String.t()) :: String.t()
  def count(number, one), do: length(number, number, one)

  @doc "Ranges of integers."
  @spec integers([{integer(), integer()}]) :: String.t()
  def integers(ranges) do
    "an integer in " <>
      Enum.map_join(ranges, " | ", fn
        {same, same} -> "#{same}"
        {start, stop} -> "#{start} ..= #{stop}"
      end)
  end

  @doc "Ranges of numbers."
  @spec floats([{float() | nil, float() | nil, boolean()}]) :: String.t()
  def floats(ranges) do
    "a number in " <>
      Enum.map_join(ranges, " | ", fn
        {same, same, _} when same != nil -> bound(same)
        {start, stop, true} -> String.trim("#{bound(start)} ..= #{bound(stop)}")
        {start, stop, false} -> String.trim("#{bound(start)} .. #{bound(stop)}")
      end)
  end

  @doc "At most 64 characters; what is longer ends in an ellipsis."
  @spec shorten(String.t()) :: String.t()
  def shorten(text) when byte_size(text) <= @shown, do: text

  def shorten(text) do
    case first(text, @shown, 0) do
      {_, ""} -> text
      _ -> text |> first(@shown - 1, 0) |> elem(0) |> then(&(binary_part(text, 0, &1) <> "…"))
    end
  end

  @doc "How many characters a text has."
  @spec characters(String.t()) :: non_neg_integer()
  def characters(text), do: characters(text, 0)

  @doc "A character as it can be printed."
  @spec shown(String.t()) :: String.t()
  def shown("\0"), do: "\\0"
  def shown("\t"), do: "\\t"
  def shown("\r"), do: "\\r"
  def shown("\n"), do: "\\n"
  def shown(character) when character in ["'", "\"", "\\"], do: "\\" <> character
  def shown(" "), do: " "

  def shown(<<point::utf8>> = character) do
    if character =~ ~r/\A[\p{Cc}\p{Cf}\p{Co}\p{Z}]\z/u,
      do: "\\u{" <> String.downcase(Integer.to_string(point, 16)) <> "}",
      else: character
  end

  defp plural(1, one), do: one
  defp plural(_, one), do: one <> "s"

  defp bound(nil), do: ""
  defp bound(value), do: Numbers.write_float(value)

  # The octets of the first characters, and what stands behind them.
  defp first(rest, 0, octets), do: {octets, rest}
  defp first("", _, octets), do: {octets, ""}

  defp first(<<point::utf8, rest::binary>>, left, octets),
    do: first(rest, left - 1, octets + byte_size(<<point::utf8>>))

  defp characters(<<c, rest::binary>>, count) when c in 0x80..0xBF, do: characters(rest, count)
  defp characters(<<_, rest::binary>>, count), do: characters(rest, count + 1)
  defp characters("", count), do: count
end
