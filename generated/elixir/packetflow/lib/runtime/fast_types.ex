# @generated: comes with what ltpc writes for Elixir, and is the same for every protocol but for the name of its module.
defmodule PacketFlow.Runtime.FastTypes do
  @moduledoc "What generators of code ask of a schema's types."

  alias PacketFlow.Runtime.Schema

  @scalars [:bool, :int, :uint, :float, :string, :enum]

  @doc "Whether a value of the type is the same for an application."
  @spec plain?(Schema.t(), non_neg_integer()) :: boolean()
  def plain?(schema, id) do
    case elem(schema.types, id) do
      %{kind: kind, of: of} when kind in [:nullable, :list] -> plain?(schema, of)
      %{kind: kind} -> kind in @scalars
    end
  end

  @doc "The types that code is generated for where messages are read or written: records and lists, from their bodies and envelopes on."
  @spec reached(Schema.t()) :: [non_neg_integer()]
  def reached(schema) do
    bodies = for message <- Tuple.to_list(schema.messages), do: message.body
    members = for envelope <- Tuple.to_list(schema.envelopes), member <- envelope.members, do: member
    found = Enum.reduce(bodies, MapSet.new(), &reach(schema, &1, &2))
    members |> Enum.reduce(found, &reach_member(schema, &1, &2)) |> Enum.sort()
  end

  defp reach(schema, id, found) do
    if id in found, do: found, else: schema.types |> elem(id) |> reach_in(schema, id, found)
  end

  defp reach_in(%{kind: :nullable, of: of}, schema, _, found), do: reach(schema, of, found)
  defp reach_in(%{kind: :list, of: of}, schema, id, found), do: reach(schema, of, MapSet.put(found, id))

  defp reach_in(%{kind: :record} = type, schema, id, found),
    do: Enum.reduce(type.members, MapSet.put(found, id), &reach_member(schema, &1, &2))

  defp reach_in(_, _, _, found), do: found

  defp reach_member(schema, %{payload: nil, type: type}, found), do: reach(schema, type, found)

  defp reach_member(schema, %{payload: payload}, found),
    do: Enum.reduce(payload.cases, found, fn {_, id}, found -> reach(schema, id, found) end)

  @doc "Members of the envelope that say how payloads are encoded."
  @spec encodings(Schema.t()) :: [String.t()]
  def encodings(schema), do: for(%{kind: :payload, encoding: name} <- Tuple.to_list(schema.types), name != nil, do: name)

  @doc "Members of a record that say how another of it is encoded."
  @spec own_encodings(Schema.Type.t()) :: [String.t()]
  def own_encodings(record) do
    for %{payload: %{encoding: name, encoding_in_envelope: false}} <- record.members, name != nil, do: name
  end
end
