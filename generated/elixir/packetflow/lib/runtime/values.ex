# @generated: comes with what ltpc writes for Elixir, and is the same for every protocol but for the name of its module.
defmodule PacketFlow.Runtime.Values do
  @moduledoc """
  Values as the walk holds them.

  `nil`, booleans, integers, floats, texts and lists are what they are. `{:object, members}` is an object, whose members are pairs of a
  name and a value, in their order. Two kinds keep their text: `{:raw, text}` is JSON as it was received, of members typed `json` and `object`
  and of unknown members that are kept; `{:number, text}` is a number of which no type is known yet.
  """

  alias PacketFlow.Runtime.Json
  alias PacketFlow.Runtime.Numbers

  @type members :: [{String.t(), t()}]
  @type t ::
          nil
          | boolean()
          | number()
          | String.t()
          | [t()]
          | {:object, members()}
          | {:raw, String.t()}
          | {:number, String.t()}

  @doc "The value's JSON text."
  @spec text_of(t()) :: String.t()
  def text_of(value), do: value |> write() |> IO.iodata_to_binary()

  @doc "The value as JSON text, knowing nothing of its type."
  @spec write(t()) :: iodata()
  def write(nil), do: "null"
  def write(true), do: "true"
  def write(false), do: "false"
  def write(text) when is_binary(text), do: quoted(text)
  def write(number) when is_integer(number), do: Integer.to_string(number)
  def write(number) when is_float(number), do: Numbers.write_float(number)
  def write({:raw, text}), do: text
  def write({:number, text}), do: if(Numbers.number?(text), do: text, else: "null")
  def write({:object, members}), do: [?{, separated(members, &pair/1), ?}]
  def write(items) when is_list(items), do: [?[, separated(items, &write/1), ?]]

  @doc "The text as a JSON string with the fewest escapes."
  @spec quote_text(String.t()) :: String.t()
  def quote_text(text), do: text |> quoted() |> IO.iodata_to_binary()

  @doc "The same, not yet put together."
  @spec quoted(String.t()) :: iodata()
  def quoted(text), do: if(plain?(text), do: [?", text, ?"], else: [?", escaped(text), ?"])

  @doc "What is written of each, with commas between them."
  @spec separated([item], (item -> iodata())) :: iodata() when item: term()
  def separated([], _), do: []
  def separated([only], write), do: [write.(only)]
  def separated([first | rest], write), do: [write.(first), ?, | separated(rest, write)]

  @doc "The value as ordinary terms: objects are maps."
  @spec plain(t()) :: term()
  def plain({:raw, text}), do: Json.decode(text)
  def plain({:number, text}), do: Numbers.plain(text)
  def plain({:object, members}), do: Map.new(members, fn {name, value} -> {name, plain(value)} end)
  def plain(items) when is_list(items), do: Enum.map(items, &plain/1)
  def plain(value), do: value

  @doc "The member of an object, if it is one that has it."
  @spec member(t(), String.t()) :: {:ok, t()} | :error
  def member({:object, members}, name), do: fetch(members, name)
  def member(_, _), do: :error

  @doc "The member of that name."
  @spec fetch(members(), String.t()) :: {:ok, t()} | :error
  def fetch(members, name) do
    case List.keyfind(members, name, 0) do
      {_, value} -> {:ok, value}
      nil -> :error
    end
  end

  @doc "The members with one more, or with another value of one that stands there."
  @spec put(members(), String.t(), t()) :: members()
  def put(members, name, value), do: List.keystore(members, name, 0, {name, value})

  defp pair({name, value}), do: [quoted(name), ?:, write(value)]

  defp plain?(<<c, rest::binary>>) when c >= 0x20 and c != ?" and c != ?\\, do: plain?(rest)
  defp plain?(rest), do: rest == ""

  defp escaped(text), do: for(<<octet <- text>>, into: "", do: escape(octet))

  defp escape(?"), do: "\\\""
  defp escape(?\\), do: "\\\\"
  defp escape(?\n), do: "\\n"
  defp escape(?\r), do: "\\r"
  defp escape(?\t), do: "\\t"
  defp escape(?\b), do: "\\b"
  defp escape(?\f), do: "\\f"

  defp escape(control) when control < 0x20,
    do: "\\u" <> String.pad_leading(String.downcase(Integer.to_string(control, 16)), 4, "0")

  defp escape(octet), do: <<octet>>
end
