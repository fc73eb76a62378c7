# @generated: comes with what ltpc writes for Elixir, and is the same for every protocol but for the name of its module.
defmodule PacketFlow.Runtime.Terms do
  @moduledoc "Ordinary terms as JSON: what an application gives where a schema says nothing of types."

  alias PacketFlow.Refused
  alias PacketFlow.Runtime.Numbers
  alias PacketFlow.Runtime.Values
  alias PacketFlow.Violation

  @doc """
  A term as the walk holds it: a text as it is, all else as its JSON text.

  Maps and keyword lists are objects, atoms texts, `{:raw, text}` is JSON text as it stands. Raises `Refused` for what is no JSON.
  """
  @spec carried(term()) :: String.t() | {:raw, String.t()}
  def carried(text) when is_binary(text), do: text
  def carried(term), do: {:raw, term |> write() |> IO.iodata_to_binary()}

  @doc "A term's JSON text."
  @spec write(term()) :: iodata()
  def write(nil), do: "null"
  def write(true), do: "true"
  def write(false), do: "false"
  def write(atom) when is_atom(atom), do: atom |> Atom.to_string() |> Values.quoted()
  def write(number) when is_integer(number), do: Integer.to_string(number)
  def write(number) when is_float(number), do: Numbers.write_float(number)
  def write({:raw, text}) when is_binary(text), do: text
  def write([{name, _} | _] = members) when is_atom(name) or is_binary(name), do: object(members)
  def write(items) when is_list(items), do: [?[, Values.separated(items, &write/1), ?]]

  def write(text) when is_binary(text) do
    if String.valid?(text), do: Values.quoted(text), else: refuse(text)
  end

  def write(%module{} = struct) do
    if function_exported?(module, :__wire__, 0),
      do: struct |> wire() |> object(),
      else: struct |> Map.from_struct() |> write()
  end

  def write(map) when is_map(map), do: map |> Map.to_list() |> object()
  def write(other), do: refuse(other)

  @doc "The members of a record that are said, by their names on the wire."
  @spec wire(struct()) :: [{String.t(), term()}]
  def wire(%module{} = record) do
    said = for {wire, field} <- module.__wire__(), {:ok, value} <- [Map.fetch(record, field)], value not in [nil, :unset], do: {wire, value}
    said ++ Map.to_list(Map.get(record, :extra, %{}))
  end

  defp object(members) do
    [?{, Values.separated(members, fn {name, value} -> [Values.quoted(to_string(name)), ?:, write(value)] end), ?}]
  end

  @spec refuse(term()) :: no_return()
  defp refuse(term) do
    raise Refused, violations: [%Violation{pointer: "", rule: "type", expected: "what JSON can say", actual: inspect(term)}]
  end
end
