# @generated: comes with what ltpc writes for Elixir, and is the same for every protocol but for the name of its module.
defmodule PacketFlow.Runtime.Refusals do
  @moduledoc "What can be told of a text that cannot be read: why, and which message it would have been."

  alias PacketFlow.Refused
  alias PacketFlow.Runtime.Findings
  alias PacketFlow.Runtime.Numbers
  alias PacketFlow.Runtime.Schema
  alias PacketFlow.Runtime.Tape
  alias PacketFlow.Runtime.Words
  alias PacketFlow.Violation

  # Of what is malformed so much is read, in texts so long.
  @most_read 64
  @longest_read 256

  @doc "What the tag of a refused text says, and the message that it names: as far as it can be read."
  @spec named(Schema.t(), binary(), Tape.node_() | nil) :: {String.t() | nil, String.t() | nil}
  def named(%{limits: limits}, octets, _) when byte_size(octets) > limits.message, do: {nil, nil}

  def named(schema, octets, root) do
    Enum.find_value(schema.tag_names, {nil, nil}, fn name ->
      case tag(schema, octets, root, name) do
        nil -> nil
        tag -> {tag, with(index when index != nil <- Schema.find(schema, name, tag), do: elem(schema.messages, index).name)}
      end
    end)
  end

  @doc "Short texts and unsigned integers of the outermost two objects, by JSON pointer; nothing, unless the text is within limits."
  @spec readable(Schema.t(), binary(), Tape.node_() | nil) :: %{optional(String.t()) => String.t() | non_neg_integer()}
  def readable(%{limits: limits}, octets, root) do
    if root != nil and passable?(limits, root), do: gather(root, octets, "", true, %{}), else: %{}
  end

  # What stands in an object, until enough was gathered.
  defp gather({:object, _, _, _, items}, octets, above, deeper, said) do
    Enum.reduce_while(items, said, fn {{_, _, _, name}, value}, said ->
      if map_size(said) >= @most_read or byte_size(name) > @longest_read,
        do: {:halt, said},
        else: {:cont, gather_one(value, octets, above <> "/" <> hd(Findings.enter([], name)), deeper, said)}
    end)
  end

  defp gather(_, _, _, _, said), do: said

  defp gather_one({:string, _, _, text}, _, pointer, _, said) when byte_size(text) <= @longest_read, do: Map.put(said, pointer, text)

  defp gather_one({:number, _, _, true} = node, octets, pointer, _, said) do
    case octets |> Tape.raw(node) |> Numbers.unsigned() do
      nil -> said
      number -> Map.put(said, pointer, number)
    end
  end

  defp gather_one(value, octets, pointer, true, said), do: gather(value, octets, pointer, false, said)
  defp gather_one(_, _, _, _, said), do: said

  @doc "What makes a whole text unreadable, in words: what was expected, and what stood there."
  @spec unreadable(atom(), non_neg_integer(), binary(), Schema.t()) :: {String.t(), String.t()}
  def unreadable(:size, _, octets, schema),
    do: {"at most #{schema.limits.message} octets", "#{byte_size(octets)} octets"}

  def unreadable(:utf8, at, _, _), do: {"UTF-8", "something else at octet #{at}"}
  def unreadable(:surrogate, at, _, _), do: {"whole surrogate pairs", "half a pair at octet #{at}"}

  def unreadable(:depth, at, _, schema),
    do: {"at most #{schema.limits.depth} nested objects and lists", "one more at octet #{at}"}

  def unreadable(:syntax, at, octets, _) do
    case octets do
      <<_::binary-size(at), point::utf8, _::binary>> -> {"JSON", "`#{Words.shown(<<point::utf8>>)}` at octet #{at}"}
      _ -> {"JSON", "the end at octet #{at}"}
    end
  end

  @doc "What is said of a frame that is not read."
  @spec oversized(Schema.t(), non_neg_integer()) :: Refused.t()
  def oversized(schema, octets) do
    expected = "at most #{schema.limits.message} octets"
    violation = %Violation{pointer: "", rule: "size", expected: expected, actual: "#{octets} octets"}
    %Refused{violations: [violation], size: octets}
  end

  @doc "What is said of a message that was not whole in time."
  @spec late(non_neg_integer()) :: Refused.t()
  def late(octets) do
    violation = %Violation{pointer: "", rule: "truncated", expected: "a whole message within 30s", actual: "#{octets} octets"}
    %Refused{violations: [violation], size: octets}
  end

  # The tag of a text that is broken behind it: members are read one by one up to it.
  defp tag(schema, octets, nil, wanted) do
    if String.valid?(octets), do: Tape.find_string(octets, wanted, schema.limits, &passable?(schema.limits, &1))
  end

  defp tag(%{limits: limits}, _, {:object, _, _, _, items}, wanted), do: standing(items, wanted, limits, limits.members)
  defp tag(_, _, _, _), do: nil

  defp standing([{{_, _, _, name}, value} | rest], wanted, limits, left) when left > 0 and byte_size(name) <= limits.string do
    cond do
      name == wanted -> short(value, limits)
      passable?(limits, value) -> standing(rest, wanted, limits, left - 1)
      true -> nil
    end
  end

  defp standing(_, _, _, _), do: nil

  defp short({:string, _, _, text}, limits) when byte_size(text) <= limits.string, do: text
  defp short(_, _), do: nil

  # Whether a reader that passes over the value finds nothing wrong with it.
  defp passable?(limits, {:string, _, _, text}), do: byte_size(text) <= limits.string
  defp passable?(limits, {:list, _, _, count, items}), do: count <= limits.list and Enum.all?(items, &passable?(limits, &1))

  defp passable?(limits, {:object, _, _, count, items}) do
    names = Enum.map(items, fn {{_, _, _, name}, _} -> name end)

    count <= limits.members and Enum.uniq(names) == names and Enum.all?(names, &(byte_size(&1) <= limits.string)) and
      Enum.all?(items, fn {_, item} -> passable?(limits, item) end)
  end

  defp passable?(_, _), do: true
end
