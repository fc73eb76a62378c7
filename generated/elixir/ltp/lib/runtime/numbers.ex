# @generated: comes with what ltpc writes for Elixir, and is the same for every protocol but for the name of its module.
defmodule LTP.Runtime.Numbers do
  @moduledoc "JSON numbers: how they are told, read and written."

  @int_min -0x8000_0000_0000_0000
  @int_max 0x7FFF_FFFF_FFFF_FFFF
  @uint_max 0xFFFF_FFFF_FFFF_FFFF

  @doc "Keeps an integer within 64 bits, with a sign or without."
  @spec saturated(integer(), boolean()) :: integer()
  def saturated(value, true), do: value |> max(@int_min) |> min(@int_max)
  def saturated(value, false), do: value |> max(0) |> min(@uint_max)

  @doc "Whether the whole text is a JSON number."
  @spec number?(String.t()) :: boolean()
  def number?(text), do: text =~ ~r/\A-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?\z/

  @doc "Whether a number's text has neither a fraction nor an exponent."
  @spec whole?(String.t()) :: boolean()
  def whole?(text), do: :binary.match(text, [".", "e", "E"]) == :nomatch

  @doc "The integer that fits 64 bits with a sign."
  @spec signed(String.t()) :: integer() | nil
  def signed(raw) when byte_size(raw) < 21 do
    value = String.to_integer(raw)
    if value >= @int_min and value <= @int_max, do: value
  end

  def signed(_), do: nil

  @doc "The integer that fits 64 bits without a sign, of which there must be none."
  @spec unsigned(String.t()) :: non_neg_integer() | nil
  def unsigned(<<?-, _::binary>>), do: nil

  def unsigned(raw) when byte_size(raw) < 21 do
    value = String.to_integer(raw)
    if value <= @uint_max, do: value
  end

  def unsigned(_), do: nil

  @doc "The nearest finite double."
  @spec double(String.t()) :: float() | nil
  def double(raw) do
    :erlang.binary_to_float(pointed(raw))
  rescue
    ArgumentError -> nil
  end

  @doc "A number as an ordinary term: an integer where its text is one. What no double holds keeps its text."
  @spec plain(String.t()) :: number() | {:raw, String.t()}
  def plain(text) do
    if whole?(text), do: String.to_integer(text), else: double(text) || {:raw, text}
  end

  @doc "ECMAScript's shortest form, except that `-0` keeps its sign."
  @spec write_float(float()) :: String.t()
  def write_float(value) when value == 0 do
    if match?(<<1::1, _::63>>, <<value::float>>), do: "-0", else: "0"
  end

  def write_float(value) when value < 0, do: "-" <> write_float(-value)

  def write_float(value) do
    text = :erlang.float_to_binary(value, [:short])
    before = byte_size(text) - 2

    case text do
      <<whole::binary-size(before), ".0">> -> whole
      _ -> if decimal?(text), do: text, else: respelled(text)
    end
  end

  defp decimal?(<<?e, _::binary>>), do: false
  defp decimal?(<<_, rest::binary>>), do: decimal?(rest)
  defp decimal?(""), do: true

  defp respelled(text) do
    {mantissa, exponent} =
      case String.split(text, "e") do
        [mantissa, exponent] -> {mantissa, String.to_integer(exponent)}
        [mantissa] -> {mantissa, 0}
      end

    [whole, fraction] = String.split(mantissa, ".")
    whole = if whole == "0", do: "", else: whole
    fraction = if fraction == "0", do: "", else: fraction
    all = whole <> fraction
    digits = String.trim_leading(all, "0")
    point = byte_size(whole) + exponent - (byte_size(all) - byte_size(digits))
    placed(String.trim_trailing(digits, "0"), point)
  end

  defp placed(digits, point) do
    count = byte_size(digits)

    cond do
      count <= point and point <= 21 -> digits <> String.duplicate("0", point - count)
      point > 0 and point <= 21 -> binary_part(digits, 0, point) <> "." <> binary_part(digits, point, count - point)
      point > -6 and point <= 0 -> "0." <> String.duplicate("0", -point) <> digits
      true -> scientific(digits, point - 1)
    end
  end

  defp scientific(<<first, rest::binary>>, power) do
    tail = if rest == "", do: "", else: "." <> rest
    sign = if power > 0, do: "+", else: "-"
    <<first, tail::binary, ?e, sign::binary, Integer.to_string(abs(power))::binary>>
  end

  # What the language reads as a float has a point.
  defp pointed(raw) do
    case :binary.match(raw, [".", "e", "E"]) do
      :nomatch -> raw <> ".0"
      {at, 1} -> if :binary.at(raw, at) == ?., do: raw, else: exponential(raw, at)
    end
  end

  defp exponential(raw, at) do
    <<whole::binary-size(at), rest::binary>> = raw
    whole <> ".0" <> rest
  end
end
