# @generated: comes with what ltpc writes for Elixir, and is the same for every protocol but for the name of its module.
defmodule PacketFlow.Runtime.ToonLine do
  @moduledoc "What one line of a TOON document says: headers, keys, rows and tokens."

  alias PacketFlow.Runtime.Numbers
  alias PacketFlow.Runtime.Values

  @typedoc "What a header line declares. Of fields, each with the JSON text of its name and a colon."
  @type header :: %{
          key: String.t() | nil,
          items: non_neg_integer(),
          delimiter: byte(),
          keyed: boolean(),
          fields: [{:leaf | :open | :close, String.t()}],
          nesting: non_neg_integer(),
          inline: String.t()
        }

  @doc "Reads a line as a header: `key[2]{a,b}:`. `nil` if it is of another kind."
  @spec header(String.t()) :: header() | nil | :malformed
  def header(content) do
    case bracket(content) do
      nil ->
        nil

      at ->
        <<before::binary-size(at), ?[, rest::binary>> = content
        declared(before, rest)
    end
  catch
    :malformed -> :malformed
  end

  @doc "Where the first of the wanted characters stands outside of quotes."
  @spec find(String.t(), [byte()]) :: non_neg_integer() | nil
  def find(text, wanted), do: find(text, wanted, 0)

  defp find("", _, _), do: nil

  defp find(<<c, rest::binary>>, wanted, at) do
    cond do
      c in wanted -> at
      c == ?" -> quoted(rest, wanted, at + 1)
      true -> find(rest, wanted, at + 1)
    end
  end

  defp quoted(<<?\\, _, rest::binary>>, wanted, at), do: quoted(rest, wanted, at + 2)
  defp quoted(<<?", rest::binary>>, wanted, at), do: find(rest, wanted, at + 1)
  defp quoted(<<_, rest::binary>>, wanted, at), do: quoted(rest, wanted, at + 1)
  defp quoted("", _, _), do: nil

  @doc "The tokens of a row."
  @spec split(String.t(), byte()) :: [String.t()]
  def split(text, delimiter) do
    case trim(text) do
      "" -> []
      text -> tokens(text, delimiter)
    end
  end

  defp tokens(text, delimiter) do
    case find(text, [delimiter]) do
      nil ->
        [trim(text)]

      at ->
        <<token::binary-size(at), _, rest::binary>> = text
        [trim(token) | tokens(rest, delimiter)]
    end
  end

  @doc "A key's text; `nil` if it is none."
  @spec key(String.t()) :: String.t() | nil
  def key(token) do
    case trim(token) do
      <<?", _::binary>> = token -> unquoted(token)
      token -> token
    end
  end

  @doc "The JSON text of a token; `nil` if it is none."
  @spec primitive(String.t()) :: String.t() | nil
  def primitive(<<?", _::binary>> = token) do
    with text when text != nil <- unquoted(token), do: Values.quote_text(text)
  end

  def primitive(token) do
    if token in ["true", "false", "null"] or Numbers.number?(token), do: token, else: Values.quote_text(token)
  end

  defp declared(before, rest) do
    if String.ends_with?(before, [" ", "\t"]), do: throw(:malformed)
    key = if before != "", do: key(before) || throw(:malformed)
    {items, rest} = items(rest)
    {keyed, rest} = prefix(rest, ":")
    {delimiter, rest} = delimiter(rest)
    rest = expect(rest, "]")

    {fields, nesting, rest} =
      case rest do
        "{" <> rest -> fields(rest, delimiter, [], [[]], 1)
        _ -> {[], 0, rest}
      end

    inline = rest |> expect(":") |> trim()
    if (fields == [] and keyed) or (fields != [] and inline != ""), do: throw(:malformed)
    %{key: key, items: items, delimiter: delimiter, keyed: keyed, fields: fields, nesting: nesting, inline: inline}
  end

  defp items(rest) do
    [digits] = Regex.run(~r/\A[0-9]*/, rest)
    plain? = digits =~ ~r/\A(?:0|[1-9][0-9]*)\z/ and byte_size(digits) <= 20
    if not plain? or String.to_integer(digits) >= 0x1_0000_0000_0000_0000, do: throw(:malformed)
    {String.to_integer(digits), binary_part(rest, byte_size(digits), byte_size(rest) - byte_size(digits))}
  end

  defp prefix(rest, prefix), do: if(String.starts_with?(rest, prefix), do: {true, expect(rest, prefix)}, else: {false, rest})

  defp delimiter(<<c, rest::binary>>) when c in '|\t', do: {c, rest}
  defp delimiter(rest), do: {?,, rest}

  defp expect(rest, text) do
    if String.starts_with?(rest, text),
      do: binary_part(rest, byte_size(text), byte_size(rest) - byte_size(text)),
      else: throw(:malformed)
  end

  defp bracket(<<?", _::binary>> = content) do
    closing = closing(content)
    if closing != nil and byte_size(content) > closing + 1 and :binary.at(content, closing + 1) == ?[, do: closing + 1
  end

  defp bracket(content) do
    at = find(content, [?[, ?:])

    if at != nil and :binary.at(content, at) == ?[ and find(binary_part(content, at, byte_size(content) - at), [?:]) != nil,
      do: at
  end

  # `groups` are the names of the objects that are open, the innermost first.
  defp fields(rest, delimiter, found, [names | outer] = groups, nesting) do
    {name, rest} = rest |> String.trim_leading(" ") |> name()
    text = Values.quote_text(name) <> ":"
    groups_with = [[name | names] | outer]

    case rest do
      "{" <> rest ->
        fields(rest, delimiter, [{:open, text} | found], [[] | groups_with], max(nesting, length(groups) + 1))

      _ ->
        ended(rest, delimiter, [{:leaf, text} | found], groups_with, nesting)
    end
  end

  defp ended("}" <> rest, delimiter, found, [names | groups], nesting) do
    if Enum.uniq(names) != names, do: throw(:malformed)
    if groups == [], do: {Enum.reverse(found), nesting, rest}, else: ended(rest, delimiter, [{:close, ""} | found], groups, nesting)
  end

  defp ended(rest, delimiter, found, groups, nesting),
    do: rest |> expect(<<delimiter>>) |> fields(delimiter, found, groups, nesting)

  defp name(start) do
    ending =
      case start do
        <<?", _::binary>> -> (closing(start) || throw(:malformed)) + 1
        _ -> start |> :binary.match([",", "|", "\t", "{", "}"]) |> starting()
      end

    <<name::binary-size(ending), rest::binary>> = start
    name = String.trim_trailing(name, " ")
    key = if name != "", do: key(name)
    {key || throw(:malformed), String.trim_leading(rest, " ")}
  end

  defp starting({at, _}), do: at
  defp starting(:nomatch), do: throw(:malformed)

  # Where the quote stands that closes the quoted token at the text's start.
  defp closing(<<?", rest::binary>>), do: closing(rest, 1)

  defp closing(<<?\\, _, rest::binary>>, at), do: closing(rest, at + 2)
  defp closing(<<?", _::binary>>, at), do: at
  defp closing(<<_, rest::binary>>, at), do: closing(rest, at + 1)
  defp closing("", _), do: nil

  defp unquoted(token) do
    closing = closing(token)
    if closing != nil and closing + 1 == byte_size(token), do: token |> binary_part(1, closing - 1) |> unescaped([])
  end

  defp unescaped("", parts), do: parts |> Enum.reverse() |> IO.iodata_to_binary()

  defp unescaped(<<?\\, ?u, digits::binary-4, rest::binary>>, parts) do
    with true <- digits =~ ~r/\A[0-9a-fA-F]{4}\z/,
         unit when unit not in 0xD800..0xDFFF <- String.to_integer(digits, 16) do
      unescaped(rest, [<<unit::utf8>> | parts])
    else
      _ -> nil
    end
  end

  defp unescaped(<<?\\, c, rest::binary>>, parts) when c in '\\"', do: unescaped(rest, [c | parts])
  defp unescaped(<<"\\n", rest::binary>>, parts), do: unescaped(rest, [?\n | parts])
  defp unescaped(<<"\\r", rest::binary>>, parts), do: unescaped(rest, [?\r | parts])
  defp unescaped(<<"\\t", rest::binary>>, parts), do: unescaped(rest, [?\t | parts])
  defp unescaped(<<?\\, _::binary>>, _), do: nil
  defp unescaped(<<c, _::binary>>, _) when c < 0x20 and c != ?\t, do: nil
  defp unescaped(<<c, rest::binary>>, parts), do: unescaped(rest, [c | parts])

  defp trim(text), do: String.trim(text, " ")
end
