# @generated: comes with what ltpc writes for Elixir, and is the same for every protocol but for the name of its module.
defmodule PacketFlow.Runtime.FastScan do
  @moduledoc "What generated decoders are made of. Each function gives a value with what stands behind it, and throws `:slow` at anything unusual."

  import Bitwise

  alias PacketFlow.Runtime.Findings
  alias PacketFlow.Runtime.Scalars
  alias PacketFlow.Runtime.Schema
  alias PacketFlow.Runtime.Shapes
  alias PacketFlow.Runtime.Tape
  alias PacketFlow.Runtime.Values

  # Seven octets of which none is a control, a quote, a backslash, or past ASCII.
  defguardp is_clean(word)
            when ((word - 0x20202020202020 ||| bxor(word, 0x22222222222222) - 0x01010101010101 |||
                     bxor(word, 0x5C5C5C5C5C5C5C) - 0x01010101010101 ||| word) &&& 0x80808080808080) == 0

  # Of octets, those that are no digit of a lower-case hexadecimal number: each as its highest bit.
  defmacrop odd(word, ones) do
    quote do
      word = unquote(word)
      below = bxor(word + unquote(0x50 * ones), unquote(0x80 * ones))
      between = word + unquote(0x46 * ones) &&& bxor(word + unquote(0x1F * ones), unquote(0x80 * ones))
      (below ||| between ||| word + unquote(0x19 * ones) ||| word) &&& unquote(0x80 * ones)
    end
  end

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

  @doc "Whether a text is a UUID in lower case."
  @spec uuid?(binary()) :: boolean()
  def uuid?(<<a::32, b::32, ?-, c::32, ?-, d::32, ?-, e::32, ?-, f::48, g::48>>),
    do: (four(a) ||| four(b) ||| four(c) ||| four(d) ||| four(e) ||| six(f) ||| six(g)) == 0

  def uuid?(_), do: false

  defp four(octets), do: odd(octets, 0x01010101)
  defp six(octets), do: odd(octets, 0x010101010101)

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

  @doc "A finite double without an exponent, of at most 15 digits, in one of the ranges."
  @spec float(binary(), list()) :: {float(), binary()}
  def float(<<?-, rest::binary>>, ranges), do: unsigned(rest, -1, ranges)
  def float(rest, ranges), do: unsigned(rest, 1, ranges)

  defp unsigned(<<?0, rest::binary>>, sign, ranges), do: point(rest, 0, 1, sign, ranges)
  defp unsigned(<<c, rest::binary>>, sign, ranges) when c in ?1..?9, do: before(rest, c - ?0, 1, sign, ranges)
  defp unsigned(_, _, _), do: throw(:slow)

  defp before(<<c, rest::binary>>, value, count, sign, ranges) when c in ?0..?9 and count < 15,
    do: before(rest, value * 10 + c - ?0, count + 1, sign, ranges)

  defp before(rest, value, count, sign, ranges), do: point(rest, value, count, sign, ranges)

  defp point(<<?., c, rest::binary>>, value, count, sign, ranges) when c in ?0..?9 and count < 15,
    do: behind(rest, value * 10 + c - ?0, count + 1, 10, sign, ranges)

  defp point(<<c, _::binary>> = rest, value, _, sign, ranges) when c in ',}]' and (sign == 1 or value > 0),
    do: ranged(sign * value * 1.0, rest, ranges)

  defp point(_, _, _, _, _), do: throw(:slow)

  defp behind(<<c, rest::binary>>, value, count, scale, sign, ranges) when c in ?0..?9 and count < 15,
    do: behind(rest, value * 10 + c - ?0, count + 1, scale * 10, sign, ranges)

  # Both are doubles themselves, so that what they give is the nearest one.
  defp behind(<<c, _::binary>> = rest, value, _, scale, sign, ranges) when c in ',}]', do: ranged(sign * (value / scale), rest, ranges)
  defp behind(_, _, _, _, _, _), do: throw(:slow)

  defp ranged(value, rest, ranges), do: if(Scalars.within?(value, ranges), do: {value, rest}, else: throw(:slow))

  @doc "The items of a list, in their order, if there are as many as may be."
  @spec counted([Values.t()], non_neg_integer(), {non_neg_integer(), non_neg_integer() | nil} | nil) :: [Values.t()]
  def counted(made, _, nil), do: :lists.reverse(made)
  def counted(made, count, {least, most}) when count >= least and (most == nil or count <= most), do: :lists.reverse(made)
  def counted(_, _, _), do: throw(:slow)

  @doc "A value of any type, by the walk."
  @spec walked(Schema.t(), binary(), non_neg_integer(), non_neg_integer()) :: {Values.t(), binary()}
  def walked(schema, rest, id, depth) do
    if rest == "" or :binary.last(rest) == ?\n, do: throw(:slow)

    case Tape.first(rest, depth, schema.limits.list, schema.limits.members) do
      {:ok, node, at} ->
        <<text::binary-size(at), rest::binary>> = rest
        {value, findings} = Shapes.value(%{schema: schema, text: text, encodings: %{}}, node, id, [], %Findings{})
        if findings.count == 0 and String.valid?(text), do: {value, rest}, else: throw(:slow)

      _ ->
        throw(:slow)
    end
  end

  @doc """
  A JSON text without its white space but for one line end, by which `walked/4` knows that values do not stand as they were received. It is
  empty if there is none, or if it is not to be read here.
  """
  @spec compact(binary()) :: binary()
  def compact(text) do
    case compact(text, text, 0, 0, ?{, []) do
      [_, _ | _] = parts -> IO.iodata_to_binary([:lists.reverse(parts), ?\n])
      _ -> ""
    end
  end

  # `from` is where the part begins that is looked at, `last` the octet before.
  defp compact(<<?", rest::binary>>, text, from, at, _, parts) do
    size = plain(rest, 0)

    case rest do
      <<_::binary-size(size), ?", rest::binary>> -> compact(rest, text, from, at + size + 2, ?", parts)
      _ -> []
    end
  end

  defp compact(<<c, rest::binary>>, text, from, at, last, parts) when c in ' \n\r\t' do
    to = spaces(rest, at + 1)
    part = binary_part(text, from, at - from)

    # It stands between values and names, never within a number.
    case text do
      <<_::binary-size(to), c, _::binary>> when last in '{[,:' or c in '}],:' ->
        <<_::binary-size(to), rest::binary>> = text
        compact(rest, text, to, to, last, [part | parts])

      <<_::binary-size(to)>> ->
        ["", part | parts]

      _ ->
        []
    end
  end

  defp compact(<<c, rest::binary>>, text, from, at, _, parts), do: compact(rest, text, from, at + 1, c, parts)
  defp compact("", text, from, at, _, parts), do: [binary_part(text, from, at - from) | parts]

  defp spaces(<<c, rest::binary>>, at) when c in ' \n\r\t', do: spaces(rest, at + 1)
  defp spaces(_, at), do: at

  @doc "Whether a string stands as it is between its quotes."
  @spec plain?(binary()) :: boolean()
  def plain?(text), do: plain(text, 0) == byte_size(text)

  defp plain(<<word::56, rest::binary>>, size) when is_clean(word), do: plain(rest, size + 7)
  defp plain(rest, size), do: each(rest, size)

  defp each(<<c, rest::binary>>, size) when c >= 0x20 and c < 0x80 and c != ?" and c != ?\\, do: each(rest, size + 1)
  defp each(<<c::utf8, rest::binary>>, size) when c >= 0x80, do: plain(rest, size + byte_size(<<c::utf8>>))
  defp each(_, size), do: size
end
