# @generated: comes with what ltpc writes for Elixir, and is the same for every protocol but for the name of its module.
defmodule PacketFlow.Runtime.Framing do
  @moduledoc "How messages stand as text, as the tables say."

  defstruct [:envelope, :newline, :reads_lf, :reads_crlf, :start, :separator, :insensitive, :trim, :unknown, :most] ++
              [:until, :has_body, :length, :marker, :strict, :charset, :line, lists: %{}]

  @type t :: %__MODULE__{}

  @blanks [?\s, ?\t, ?\n, ?\f, ?\r]

  @doc "Reads the table."
  @spec new(map() | nil) :: t() | nil
  def new(nil), do: nil

  def new(table) do
    start = for part <- table["start"], do: start(part)
    lists = Map.new(table["lists"], fn [name, separator] -> {name, separator} end)
    facts = Map.drop(table, ["start", "lists"])
    struct!(__MODULE__, [{:start, start}, {:lists, lists} | Enum.map(facts, fn {name, fact} -> {String.to_existing_atom(name), fact} end)])
  end

  defp start(%{"text" => text}), do: {:text, text}
  defp start(%{"member" => index}), do: {:member, index}
  defp start(%{"tag" => true}), do: :tag

  @doc "Whether two names are one header's."
  @spec same?(t(), String.t(), String.t()) :: boolean()
  def same?(_, same, same), do: true
  def same?(framing, one, other), do: framing.insensitive and String.downcase(one, :ascii) == String.downcase(other, :ascii)

  @doc "A line without its end; the LF is gone already."
  @spec content(t(), binary()) :: binary()
  def content(%{reads_crlf: true}, line), do: String.replace_suffix(line, "\r", "")
  def content(_, line), do: line

  @doc "Without ASCII white space around it, and how many octets of it stood before."
  @spec trimmed(binary()) :: {binary(), non_neg_integer()}
  def trimmed(text) do
    rest = leading(text)
    {trailing(rest), byte_size(text) - byte_size(rest)}
  end

  defp leading(<<c, rest::binary>>) when c in @blanks, do: leading(rest)
  defp leading(rest), do: rest

  defp trailing(""), do: ""

  defp trailing(text) do
    size = byte_size(text) - 1
    if :binary.at(text, size) in @blanks, do: text |> binary_part(0, size) |> trailing(), else: text
  end

  @doc "The name that a line of the head begins with, if it is a header."
  @spec header_name(t(), binary()) :: binary() | nil
  def header_name(framing, line) do
    size = token(line, :binary.first(framing.separator), 0)
    separator = framing.separator
    length = byte_size(separator)

    case line do
      <<name::binary-size(size), ^separator::binary-size(length), _::binary>> when size > 0 -> name
      _ -> nil
    end
  end

  defp token(<<c, rest::binary>>, separator, size)
       when c != separator and
              (c in ?a..?z or c in ?A..?Z or c in ?0..?9 or c == ?! or c in ?#..?' or c in [?*, ?+, ?-, ?., ?|, ?~] or c in ?^..?`),
       do: token(rest, separator, size + 1)

  defp token(_, _, size), do: size

  @doc """
  Reads the start line: each part that is no literal, with its text and the octet at which that begins.

  Else the octet at which the line is of another form.
  """
  @spec read_start(t(), binary()) :: {:ok, [{term(), String.t(), non_neg_integer()}]} | {:wrong, non_neg_integer()}
  def read_start(framing, line), do: parts(framing.start, line, 0, [])

  defp parts([], line, at, found), do: if(at < byte_size(line), do: {:wrong, at}, else: {:ok, Enum.reverse(found)})

  defp parts([{:text, literal} | rest], line, at, found) do
    stands = binary_part(line, at, byte_size(line) - at)
    same = :binary.longest_common_prefix([stands, literal])
    if same == byte_size(literal), do: parts(rest, line, at + same, found), else: {:wrong, at + same}
  end

  defp parts([part | rest], line, at, found) do
    case ending(rest, line, at) do
      nil -> {:wrong, byte_size(line)}
      ^at -> {:wrong, at}
      stop -> parts(rest, line, stop, [{part, binary_part(line, at, stop - at), at} | found])
    end
  end

  defp ending([{:text, literal} | _], line, at) do
    case :binary.match(line, literal, scope: {at, byte_size(line) - at}) do
      {stop, _} -> stop
      :nomatch -> nil
    end
  end

  defp ending(_, line, _), do: byte_size(line)

  @doc "A number in decimal digits alone, without leading zeros, so that no two readers can differ over it."
  @spec digits(binary()) :: non_neg_integer() | nil
  def digits(text) do
    if text =~ ~r/\A(?:0|[1-9][0-9]{0,19})\z/ do
      value = String.to_integer(text)
      if value <= 0xFFFF_FFFF_FFFF_FFFF, do: value
    end
  end
end
