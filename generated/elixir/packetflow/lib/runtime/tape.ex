# @generated: comes with what ltpc writes for Elixir, and is the same for every protocol but for the name of its module.
defmodule PacketFlow.Runtime.Tape do
  @moduledoc """
  A JSON text as a tree of places: what the walk moves over.

  Grammar, half surrogate pairs and depth are refused here. Of a list or object past its limit only as much is recorded as the limit allows.
  A node is a tuple of what it is, where it starts and where it ends; then a truth value, whether a number is an integer, a string's text, or how
  many items stand there and those that are recorded.
  """

  alias PacketFlow.Runtime.Values

  @type node_ ::
          {:null, at(), at()}
          | {:bool, at(), at(), boolean()}
          | {:number, at(), at(), boolean()}
          | {:string, at(), at(), String.t()}
          | {:list, at(), at(), non_neg_integer(), [node_()]}
          | {:object, at(), at(), non_neg_integer(), [{node_(), node_()}]}
  @type at :: non_neg_integer()
  @type limit :: non_neg_integer() | :infinity
  @type unreadable :: {:unreadable, atom(), at()}

  @doc "Reads a text in which at most `depth` objects and lists may be nested."
  @spec parse(String.t(), non_neg_integer(), limit(), limit()) :: {:ok, node_()} | unreadable()
  def parse(text, depth, lists, members) do
    {node, rest, at} = one(text, 0, depth, {lists, members})
    {rest, at} = space(rest, at)
    if rest == "", do: {:ok, node}, else: {:unreadable, :syntax, at}
  catch
    {:unreadable, _, _} = refused -> refused
  end

  @doc "Reads the value that a text begins with, and says where it ends."
  @spec first(binary(), non_neg_integer(), limit(), limit()) :: {:ok, node_(), at()} | unreadable()
  def first(text, depth, lists, members) do
    {node, _, at} = one(text, 0, depth, {lists, members})
    {:ok, node, at}
  catch
    {:unreadable, _, _} = refused -> refused
  end

  @doc "A node's text as it stands."
  @spec raw(String.t(), node_()) :: String.t()
  def raw(text, node), do: binary_part(text, elem(node, 1), elem(node, 2) - elem(node, 1))

  @doc "A node as a value without raw parts."
  @spec value(String.t(), node_()) :: Values.t()
  def value(_, {:null, _, _}), do: nil
  def value(_, {:bool, _, _, truth}), do: truth
  def value(_, {:string, _, _, string}), do: string
  def value(text, {:number, _, _, _} = node), do: {:number, raw(text, node)}
  def value(text, {:list, _, _, _, items}), do: Enum.map(items, &value(text, &1))

  def value(text, {:object, _, _, _, items}) do
    members = Enum.reduce(items, [], fn {{_, _, _, name}, item}, made -> [{name, value(text, item)} | made] end)
    {:object, last_of_each(Enum.reverse(members))}
  end

  @doc """
  The text of a member of the object that a text begins with; what stands behind it may be broken.

  `passable` says of a value whether a reader that passes over it finds nothing wrong with it.
  """
  @spec find_string(String.t(), String.t(), map(), (node_() -> boolean())) :: String.t() | nil
  def find_string(text, wanted, limits, passable) do
    case space(text, 0) do
      {<<?{, rest::binary>>, at} ->
        {rest, at} = space(rest, at + 1)
        find(rest, at, 1, {wanted, limits, passable})

      _ ->
        nil
    end
  catch
    {:unreadable, _, _} -> nil
  end

  defp find(<<?", rest::binary>>, at, count, {wanted, limits, passable} = search) when count <= limits.members do
    {{:string, _, _, name}, rest, at} = string(rest, at)

    with true <- byte_size(name) <= limits.string,
         {<<?:, rest::binary>>, at} <- space(rest, at) do
      {value, rest, at} = one(rest, at + 1, limits.depth - 1, {limits.list, limits.members})

      cond do
        name == wanted -> short(value, limits.string)
        not passable.(value) -> nil
        true -> following(space(rest, at), count, search)
      end
    else
      _ -> nil
    end
  end

  defp find(_, _, _, _), do: nil

  defp following({<<?,, rest::binary>>, at}, count, search) do
    {rest, at} = space(rest, at + 1)
    find(rest, at, count + 1, search)
  end

  defp following(_, _, _), do: nil

  defp short({:string, _, _, string}, most) when byte_size(string) <= most, do: string
  defp short(_, _), do: nil

  # Names that stand twice are refused elsewhere; here the last counts, at the place of the first.
  defp last_of_each(members) do
    names = Enum.map(members, &elem(&1, 0))

    if length(Enum.uniq(names)) == length(names) do
      members
    else
      Enum.reduce(members, [], fn {name, value}, made -> List.keystore(made, name, 0, {name, value}) end)
    end
  end

  defp one(<<c, rest::binary>>, at, depth, limits) when c in ' \n\r\t', do: one(rest, at + 1, depth, limits)
  defp one(<<?", rest::binary>>, at, _, _), do: string(rest, at)
  defp one(<<?{, _::binary>>, at, 0, _), do: throw({:unreadable, :depth, at})
  defp one(<<?[, _::binary>>, at, 0, _), do: throw({:unreadable, :depth, at})

  defp one(<<?{, rest::binary>>, at, depth, limits) do
    case space(rest, at + 1) do
      {<<?}, rest::binary>>, to} -> {{:object, at, to + 1, 0, []}, rest, to + 1}
      {rest, to} -> members(rest, to, depth - 1, limits, at, 0, [])
    end
  end

  defp one(<<?[, rest::binary>>, at, depth, limits) do
    case space(rest, at + 1) do
      {<<?], rest::binary>>, to} -> {{:list, at, to + 1, 0, []}, rest, to + 1}
      {rest, to} -> items(rest, to, depth - 1, limits, at, 0, [])
    end
  end

  defp one(<<"true", rest::binary>>, at, _, _), do: {{:bool, at, at + 4, true}, rest, at + 4}
  defp one(<<"false", rest::binary>>, at, _, _), do: {{:bool, at, at + 5, false}, rest, at + 5}
  defp one(<<"null", rest::binary>>, at, _, _), do: {{:null, at, at + 4}, rest, at + 4}
  defp one(<<?-, rest::binary>>, at, _, _), do: number(rest, at, at + 1)
  defp one(<<c, _::binary>> = rest, at, _, _) when c in ?0..?9, do: number(rest, at, at)
  defp one(_, at, _, _), do: throw({:unreadable, :syntax, at})

  defp members(<<?", rest::binary>>, at, depth, {_, most} = limits, start, count, found) do
    {name, rest, at} = string(rest, at)

    case space(rest, at) do
      {<<?:, rest::binary>>, at} ->
        {value, rest, at} = one(rest, at + 1, depth, limits)
        count = count + 1
        found = if count > most, do: found, else: [{name, value} | found]

        case space(rest, at) do
          {<<?,, rest::binary>>, at} ->
            {rest, at} = space(rest, at + 1)
            members(rest, at, depth, limits, start, count, found)

          {<<?}, rest::binary>>, at} ->
            {{:object, start, at + 1, count, Enum.reverse(found)}, rest, at + 1}

          {_, at} ->
            throw({:unreadable, :syntax, at})
        end

      {_, at} ->
        throw({:unreadable, :syntax, at})
    end
  end

  defp members(_, at, _, _, _, _, _), do: throw({:unreadable, :syntax, at})

  defp items(rest, at, depth, {most, _} = limits, start, count, found) do
    {item, rest, at} = one(rest, at, depth, limits)
    count = count + 1
    found = if count > most, do: found, else: [item | found]

    case space(rest, at) do
      {<<?,, rest::binary>>, at} -> items(rest, at + 1, depth, limits, start, count, found)
      {<<?], rest::binary>>, at} -> {{:list, start, at + 1, count, Enum.reverse(found)}, rest, at + 1}
      {_, at} -> throw({:unreadable, :syntax, at})
    end
  end

  defp space(<<c, rest::binary>>, at) when c in ' \n\r\t', do: space(rest, at + 1)
  defp space(rest, at), do: {rest, at}

  defp number(<<?0, rest::binary>>, start, at), do: fraction(rest, start, at + 1)

  defp number(rest, start, at) do
    {rest, at} = digits(rest, at)
    fraction(rest, start, at)
  end

  defp fraction(<<?., rest::binary>>, start, at) do
    {rest, at} = digits(rest, at + 1)
    exponent(rest, start, at, false)
  end

  defp fraction(rest, start, at), do: exponent(rest, start, at, true)

  defp exponent(<<e, sign, rest::binary>>, start, at, _) when e in 'eE' and sign in '+-', do: power(rest, start, at + 2)
  defp exponent(<<e, rest::binary>>, start, at, _) when e in 'eE', do: power(rest, start, at + 1)
  defp exponent(rest, start, at, integer), do: {{:number, start, at, integer}, rest, at}

  defp power(rest, start, at) do
    {rest, at} = digits(rest, at)
    {{:number, start, at, false}, rest, at}
  end

  defp digits(<<c, rest::binary>>, at) when c in ?0..?9, do: more_digits(rest, at + 1)
  defp digits(_, at), do: throw({:unreadable, :syntax, at})

  defp more_digits(<<c, rest::binary>>, at) when c in ?0..?9, do: more_digits(rest, at + 1)
  defp more_digits(rest, at), do: {rest, at}

  # `rest` is what stands behind the quote at `start`.
  defp string(rest, start) do
    length = plain(rest, 0)

    case rest do
      <<string::binary-size(length), ?", rest::binary>> ->
        to = start + length + 2
        {{:string, start, to, string}, rest, to}

      <<first::binary-size(length), rest::binary>> ->
        escaped(rest, start, start + 1 + length, [first])
    end
  end

  defp escaped(<<?", rest::binary>>, start, at, parts) do
    {{:string, start, at + 1, parts |> Enum.reverse() |> IO.iodata_to_binary()}, rest, at + 1}
  end

  defp escaped(<<?\\, rest::binary>>, start, at, parts) do
    {part, rest, at} = escape(rest, at)
    length = plain(rest, 0)
    <<plain::binary-size(length), rest::binary>> = rest
    escaped(rest, start, at + length, [plain, part | parts])
  end

  defp escaped(_, _, at, _), do: throw({:unreadable, :syntax, at})

  defp plain(<<c, rest::binary>>, length) when c >= 0x20 and c != ?" and c != ?\\, do: plain(rest, length + 1)
  defp plain(_, length), do: length

  defp escape(<<?u, rest::binary>>, at) do
    {unit, rest} = hex(rest, at + 2)

    cond do
      unit in 0xD800..0xDBFF -> pair(unit, rest, at)
      unit in 0xDC00..0xDFFF -> throw({:unreadable, :surrogate, at})
      true -> {<<unit::utf8>>, rest, at + 6}
    end
  end

  defp escape(<<c, rest::binary>>, at) when c in '"\\/', do: {<<c>>, rest, at + 2}
  defp escape(<<?n, rest::binary>>, at), do: {"\n", rest, at + 2}
  defp escape(<<?r, rest::binary>>, at), do: {"\r", rest, at + 2}
  defp escape(<<?t, rest::binary>>, at), do: {"\t", rest, at + 2}
  defp escape(<<?b, rest::binary>>, at), do: {"\b", rest, at + 2}
  defp escape(<<?f, rest::binary>>, at), do: {"\f", rest, at + 2}
  defp escape(_, at), do: throw({:unreadable, :syntax, at})

  defp pair(high, <<"\\u", rest::binary>>, at) do
    case hex(rest, at + 8) do
      {low, rest} when low in 0xDC00..0xDFFF ->
        {<<0x10000 + (high - 0xD800) * 0x400 + (low - 0xDC00)::utf8>>, rest, at + 12}

      _ ->
        throw({:unreadable, :surrogate, at})
    end
  end

  defp pair(_, _, at), do: throw({:unreadable, :surrogate, at})

  defp hex(rest, at), do: hex(rest, at, 4, 0)

  defp hex(rest, _, 0, value), do: {value, rest}
  defp hex(<<c, rest::binary>>, at, left, value) when c in ?0..?9, do: hex(rest, at + 1, left - 1, value * 16 + c - ?0)
  defp hex(<<c, rest::binary>>, at, left, value) when c in ?a..?f, do: hex(rest, at + 1, left - 1, value * 16 + c - ?a + 10)
  defp hex(<<c, rest::binary>>, at, left, value) when c in ?A..?F, do: hex(rest, at + 1, left - 1, value * 16 + c - ?A + 10)
  defp hex(_, at, _, _), do: throw({:unreadable, :syntax, at})
end
