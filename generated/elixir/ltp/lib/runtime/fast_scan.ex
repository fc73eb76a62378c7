# @generated: comes with what ltpc writes for Elixir, and is the same for every protocol but for the name of its module.
defmodule LTP.Runtime.FastScan do
  @moduledoc "What generated decoders are made of. Each function gives a value with what stands behind it, and throws `:slow` at anything unusual."

  alias LTP.Runtime.Findings
  alias LTP.Runtime.Scalars
  alias LTP.Runtime.Schema
  alias LTP.Runtime.Shapes
  alias LTP.Runtime.Tape
  alias LTP.Runtime.Values

  defguardp is_hex(c) when c in ?0..?9 or c in ?a..?f

  @doc "A text that stands there as it is."
  @spec literal(binary(), binary(), String.t()) :: {String.t(), binary()}
  def literal(rest, literal, value) do
    size = byte_size(literal)

    case rest do
      <<^literal::binary-size(size), rest::binary>> -> {value, rest}
      _ -> throw(:slow)
    end
  end

  @doc "A string without escapes."
  @spec string(binary(), non_neg_integer()) :: {String.t(), binary()}
  def string(<<?", rest::binary>>, most) do
    size = plain(rest, 0)

    case rest do
      <<text::binary-size(size), ?", rest::binary>> when size <= most -> {text, rest}
      _ -> throw(:slow)
    end
  end

  def string(_, _), do: throw(:slow)

  @doc "A string of which the schema says more."
  @spec text(binary(), non_neg_integer(), Schema.Type.t()) :: {String.t(), binary()}
  def text(rest, most, type) do
    {text, _} = found = string(rest, most)
    if type.format != :uuid and Scalars.allowed?(type, text), do: found, else: throw(:slow)
  end

  @doc "A UUID in lower case."
  @spec uuid(binary()) :: {String.t(), binary()}
  def uuid(<<?", text::binary-36, ?", rest::binary>>), do: if(uuid?(text), do: {text, rest}, else: throw(:slow))
  def uuid(_), do: throw(:slow)

  defp uuid?(<<a::binary-8, ?-, b::binary-4, ?-, c::binary-4, ?-, d::binary-4, ?-, e::binary-12>>),
    do: hex?(a) and hex?(b) and hex?(c) and hex?(d) and hex?(e)

  defp uuid?(_), do: false

  defp hex?(<<a, b, c, d, rest::binary>>) when is_hex(a) and is_hex(b) and is_hex(c) and is_hex(d), do: hex?(rest)
  defp hex?(rest), do: rest == ""

  @doc "An integer of at most 18 digits, in one of the ranges."
  @spec integer(binary(), boolean(), [{integer(), integer()}]) :: {integer(), binary()}
  def integer(<<?0, rest::binary>>, _, ranges), do: whole(0, rest, ranges)
  def integer(<<c, rest::binary>>, _, ranges) when c in ?1..?9, do: digits(rest, c - ?0, 1, 1, ranges)
  def integer(<<?-, c, rest::binary>>, true, ranges) when c in ?1..?9, do: digits(rest, c - ?0, 1, -1, ranges)
  def integer(_, _, _), do: throw(:slow)

  defp digits(<<c, rest::binary>>, value, count, sign, ranges) when c in ?0..?9 and count < 18,
    do: digits(rest, value * 10 + c - ?0, count + 1, sign, ranges)

  defp digits(rest, value, _, sign, ranges), do: whole(sign * value, rest, ranges)

  # Only at the end of the number is it known to be one.
  defp whole(value, <<c, _::binary>> = rest, ranges) when c in ',}]', do: if(among?(value, ranges), do: {value, rest}, else: throw(:slow))
  defp whole(_, _, _), do: throw(:slow)

  defp among?(_, []), do: true
  defp among?(value, ranges), do: Enum.any?(ranges, fn {start, stop} -> start <= value and value <= stop end)

  @doc "A finite double without an exponent, in one of the ranges."
  @spec float(binary(), list()) :: {float(), binary()}
  def float(rest, ranges) do
    sign = if match?(<<?-, _::binary>>, rest), do: 1, else: 0
    <<_::binary-size(sign), unsigned::binary>> = rest
    whole = decimals(unsigned, 0)

    case unsigned do
      <<?0, c, _::binary>> when whole > 1 or c in ?0..?9 -> throw(:slow)
      <<_::binary-size(whole), ?., fraction::binary>> when whole > 0 -> pointed(rest, fraction, sign + whole + 1, ranges)
      <<_::binary-size(whole), c, _::binary>> when whole in 1..15 and c in ',}]' and sign == 0 -> integral(rest, whole, ranges)
      _ -> throw(:slow)
    end
  end

  defp pointed(rest, fraction, before, ranges) do
    digits = decimals(fraction, 0)
    size = before + digits

    case rest do
      <<raw::binary-size(size), c, _::binary>> when digits > 0 and size < 300 and c in ',}]' ->
        ranged(:erlang.binary_to_float(raw), rest, size, ranges)

      _ ->
        throw(:slow)
    end
  end

  defp integral(rest, size, ranges) do
    <<raw::binary-size(size), _::binary>> = rest
    ranged(:erlang.binary_to_integer(raw) * 1.0, rest, size, ranges)
  end

  defp ranged(value, rest, size, ranges) do
    <<_::binary-size(size), rest::binary>> = rest
    if Scalars.within?(value, ranges), do: {value, rest}, else: throw(:slow)
  end

  defp decimals(<<c, rest::binary>>, count) when c in ?0..?9, do: decimals(rest, count + 1)
  defp decimals(_, count), do: count

  @doc "The items of a list, in their order, if there are as many as may be."
  @spec counted([Values.t()], non_neg_integer(), {non_neg_integer(), non_neg_integer() | nil} | nil) :: [Values.t()]
  def counted(made, _, nil), do: :lists.reverse(made)
  def counted(made, count, {least, most}) when count >= least and (most == nil or count <= most), do: :lists.reverse(made)
  def counted(_, _, _), do: throw(:slow)

  @doc "A value of any type, by the walk."
  @spec walked(Schema.t(), binary(), non_neg_integer(), non_neg_integer()) :: {Values.t(), binary()}
  def walked(schema, rest, id, depth) do
    case Tape.first(rest, depth, schema.limits.list, schema.limits.members) do
      {:ok, node, at} ->
        <<text::binary-size(at), rest::binary>> = rest
        {value, findings} = Shapes.value(%{schema: schema, text: text, encodings: %{}}, node, id, [], %Findings{})
        if findings.count == 0 and String.valid?(text), do: {value, rest}, else: throw(:slow)

      _ ->
        throw(:slow)
    end
  end

  defp plain(<<c, rest::binary>>, size) when c >= 0x20 and c < 0x80 and c != ?" and c != ?\\, do: plain(rest, size + 1)
  defp plain(<<c::utf8, rest::binary>>, size) when c >= 0x80, do: plain(rest, size + byte_size(<<c::utf8>>))
  defp plain(_, size), do: size
end
