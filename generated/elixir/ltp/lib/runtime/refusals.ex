# @generated: comes with what ltpc writes for Elixir, and is the same for every protocol but for the name of its module.
defmodule LTP.Runtime.Refusals do
  @moduledoc "What can be told of a text that cannot be read: why, and which message it would have been."

  alias LTP.Refused
  alias LTP.Runtime.Schema
  alias LTP.Runtime.Tape
  alias LTP.Runtime.Words
  alias LTP.Violation

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
