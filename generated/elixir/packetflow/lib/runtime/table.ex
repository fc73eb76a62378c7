# @generated: comes with what ltpc writes for Elixir, and is the same for every protocol but for the name of its module.
defmodule PacketFlow.Runtime.Table do
  @moduledoc "TOON: lists of records to tables."

  alias PacketFlow.Runtime.Numbers
  alias PacketFlow.Runtime.Tape
  alias PacketFlow.Runtime.Values

  @doc "Writes a list, given as canonical JSON text, as a table; `nil` if it has none that decodes to the very same values."
  @spec write(String.t() | nil, String.t()) :: String.t() | nil
  def write(key, text) do
    with {:ok, {:list, _, _, count, [{:object, _, _, _, [_ | _] = first} | _] = items}} <-
           Tape.parse(text, 0x4000_0000, :infinity, :infinity),
         names = Enum.map(first, fn {{_, _, _, name}, _} -> name end),
         rows when rows != nil <- all(items, &row(text, &1, names)) do
      heads = Enum.map_join(names, ",", &key_text/1)
      "#{key && key_text(key)}[#{count}]{#{heads}}:#{Enum.map(rows, &["\n  ", &1])}"
    else
      _ -> nil
    end
  end

  defp row(text, {:object, _, _, count, members}, names) when count == length(names) do
    found = for {{_, _, _, name}, value} <- Enum.reverse(members), into: %{}, do: {name, value}
    cells = all(names, fn name -> found[name] && cell(Tape.raw(text, found[name]), found[name]) end)
    cells && Enum.intersperse(cells, ",")
  end

  defp row(_, _, _), do: nil

  defp cell(raw, {:null, _, _}), do: raw
  defp cell(raw, {:bool, _, _, _}), do: raw
  defp cell("-0", {:number, _, _, _}), do: nil
  defp cell(raw, {:number, _, _, true}), do: raw

  defp cell(raw, {:number, _, _, false}) do
    value = Numbers.double(raw)
    if value != nil and Numbers.write_float(value) == raw, do: raw
  end

  defp cell(raw, {:string, _, _, text}) do
    if Values.quote_text(text) == raw, do: text(text, needs_quotes?(text))
  end

  defp cell(_, _), do: nil

  # What is made of each, if it is made of all.
  defp all(items, make) do
    made = Enum.map(items, make)
    if Enum.all?(made), do: made
  end

  defp key_text(key), do: text(key, not (key =~ ~r/\A[A-Za-z_][A-Za-z0-9_.]*\z/))

  defp needs_quotes?(text) do
    text in ["", "true", "false", "null"] or text =~ ~r/\A[ \t\-#]|[ \t]\z|[\x00-\x1f:"\\\[\]{},]/ or numeric?(text)
  end

  # Whether a text looks like a number: it may have a plus sign or leading zeros, which a number has not.
  defp numeric?(text) do
    digits = Regex.replace(~r/\A[+-]/, text, "")
    significant = String.trim_leading(digits, "0")
    zeros = byte_size(digits) - byte_size(significant)
    start = if significant =~ ~r/\A[0-9]/, do: zeros, else: max(zeros - 1, 0)
    not String.starts_with?(digits, "-") and Numbers.number?(binary_part(digits, start, byte_size(digits) - start))
  end

  defp text(text, false), do: text
  defp text(text, true), do: IO.iodata_to_binary([?", for(<<c <- text>>, do: escape(c)), ?"])

  defp escape(c) when c in '"\\', do: [?\\, c]
  defp escape(?\n), do: "\\n"
  defp escape(?\r), do: "\\r"
  defp escape(?\t), do: "\\t"
  defp escape(c) when c < 0x20, do: "\\u" <> String.pad_leading(String.downcase(Integer.to_string(c, 16)), 4, "0")
  defp escape(c), do: c
end
