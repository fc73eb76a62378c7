# @generated: comes with what ltpc writes for Elixir, and is the same for every protocol but for the name of its module.
defmodule PacketFlow.Runtime.Binding do
  @moduledoc """
  Between the walk's values and the structs of a package.

  Each function takes the package's module of tables: the schema, and which struct stands for which part of it.
  """

  alias PacketFlow.Refused
  alias PacketFlow.Runtime.Codec
  alias PacketFlow.Runtime.Decoded
  alias PacketFlow.Runtime.Digest
  alias PacketFlow.Runtime.Encode
  alias PacketFlow.Runtime.Schema
  alias PacketFlow.Runtime.Terms
  alias PacketFlow.Runtime.Values
  alias PacketFlow.Runtime.Walk

  @doc "Reads and validates one message."
  @spec decode(module(), binary()) :: {:ok, struct()} | {:error, Refused.t()}
  def decode(tables, octets) do
    with {:ok, decoded} <- Codec.decode(tables.schema(), octets), do: {:ok, message(tables, decoded)}
  end

  @doc "The message's canonical text, if it conforms."
  @spec encode(module(), struct()) :: {:ok, String.t()} | {:error, Refused.t()}
  def encode(tables, message) do
    with {:error, violations} <- Codec.write(tables.schema(), decoded(tables, message)), do: {:error, %Refused{violations: violations}}
  rescue
    refused in Refused -> {:error, refused}
  end

  @doc "A message that an application made, as the walk holds it. Raises `Refused` for what is no JSON."
  @spec decoded(module(), struct()) :: Decoded.t()
  def decoded(tables, %module{} = message) do
    case tables.objects().decoded(message) do
      {:ok, decoded} ->
        decoded

      :other ->
        index = module.__message__()
        of = elem(tables.schema().messages, index)
        declared = elem(tables.schema().envelopes, of.envelope).members
        envelope = members(tables, declared, message.envelope || [], elem(tables.envelopes(), of.envelope))
        %Decoded{message: index, tag: message.tag, envelope: envelope, body: value(tables, of.body, message.body)}
    end
  end

  @doc "A message as an application sees it."
  @spec message(module(), Decoded.t()) :: struct()
  def message(tables, decoded), do: tables.objects().message(decoded)

  @doc "An envelope as an application sees it."
  @spec envelope(module(), non_neg_integer(), Values.members()) :: struct()
  def envelope(tables, index, members),
    do: record(tables, elem(tables.envelopes(), index), elem(tables.schema().envelopes, index).members, members, nil)

  @doc "What an application asks to send; of the envelope what is not `nil`. Raises `Refused` for what is no JSON."
  @spec draft(module(), non_neg_integer(), term(), keyword() | map(), String.t() | nil) :: Decoded.t()
  def draft(tables, index, body, envelope, tag \\ nil) do
    schema = tables.schema()
    message = elem(schema.messages, index)
    said = Enum.reject(envelope, fn {_, value} -> value == nil end)
    members = members(tables, elem(schema.envelopes, message.envelope).members, said, elem(tables.envelopes(), message.envelope))
    %Decoded{message: index, tag: tag || message.tag || "", envelope: members, body: value(tables, message.body, body)}
  end

  @doc "A value of a type as an application sees it."
  @spec object(module(), non_neg_integer(), Values.t()) :: term()
  def object(_, _, nil), do: nil
  def object(_, _, value) when is_binary(value) or is_number(value), do: value
  def object(_, _, {:raw, _} = raw), do: Values.plain(raw)

  def object(tables, id, value) do
    case elem(tables.schema().types, id) do
      %{kind: :nullable, of: of} ->
        object(tables, of, value)

      %{kind: :list, of: of} ->
        Enum.map(value, &object(tables, of, &1))

      %{kind: :map, of: of} ->
        {:object, members} = value
        Map.new(members, fn {name, item} -> {name, object(tables, of, item)} end)

      %{kind: :record} = type ->
        {:object, members} = value
        record(tables, Map.fetch!(tables.records(), id), type.members, members, nil)

      %{kind: :union} = type ->
        {:object, [{_, tag} | _] = members} = value
        of = type.cases[tag]
        record(tables, Map.fetch!(tables.records(), of), elem(tables.schema().types, of).members, members, type.tag)

      _ ->
        Values.plain(value)
    end
  end

  @doc "What an application says of a type, as the walk holds it."
  @spec value(module(), non_neg_integer(), term()) :: Values.t()
  def value(tables, id, given) do
    case elem(tables.schema().types, id) do
      %{kind: kind} when kind in [:json, :object, :payload] ->
        Terms.carried(given)

      _ when given == nil ->
        nil

      %{kind: :nullable, of: of} ->
        value(tables, of, given)

      %{kind: :list, of: of} when is_list(given) ->
        Enum.map(given, &value(tables, of, &1))

      %{kind: :map, of: of} when is_map(given) ->
        {:object, Enum.map(given, fn {name, item} -> {to_string(name), value(tables, of, item)} end)}

      %{kind: :record} = type when is_struct(given) ->
        with :other <- tables.objects().value(id, given),
             do: {:object, members(tables, type.members, given, Map.fetch!(tables.records(), id))}

      %{kind: :record} = type when is_map(given) or is_list(given) ->
        {:object, members(tables, type.members, given, Map.fetch!(tables.records(), id))}

      %{kind: :union} = type when is_map(given) ->
        union(tables, type, given)

      %{kind: :enum} when is_atom(given) and not is_boolean(given) ->
        Atom.to_string(given)

      _ when is_number(given) or is_boolean(given) ->
        given

      _ ->
        Terms.carried(given)
    end
  end

  defp union(tables, type, given) do
    case Enum.find(type.case_names, &case?(tables, type, &1, given)) do
      nil ->
        Terms.carried(given)

      tag ->
        of = type.cases[tag]
        members = members(tables, elem(tables.schema().types, of).members, given, Map.fetch!(tables.records(), of))
        {:object, [{type.tag, tag} | List.keydelete(members, type.tag, 0)]}
    end
  end

  defp case?(tables, type, tag, %module{}), do: tables.records()[type.cases[tag]] == module
  defp case?(_, type, tag, given), do: Enum.any?(given, fn {name, value} -> to_string(name) == type.tag and value == tag end)

  # The members that are said, by their names on the wire.
  defp members(tables, declared, given, module) do
    said = said(tables, declared, given, module)

    for {wire, value} <- said do
      case Enum.find(declared, &(&1.name == wire)) do
        nil -> {wire, Terms.carried(value)}
        %{payload: nil} = member -> {wire, value(tables, member.type, value)}
        member -> {wire, payload(tables, member, declared, value, said)}
      end
    end
  end

  defp said(tables, declared, %module{} = record, _) do
    absent = for member <- declared, not nullable?(tables.schema(), member), into: MapSet.new(), do: member.name

    own =
      for {wire, field} <- module.__wire__(),
          {:ok, value} <- [Map.fetch(record, field)],
          value != :unset and not (value == nil and wire in absent),
          do: {wire, value}

    own ++ Map.to_list(Map.get(record, :extra, %{}))
  end

  defp said(_, _, given, module) do
    wires = for {wire, field} <- module.__wire__(), into: %{}, do: {Atom.to_string(field), wire}
    for {name, value} <- given, do: {Map.get(wires, to_string(name), to_string(name)), value}
  end

  defp payload(tables, %{payload: payload}, declared, value, said) do
    naming = Enum.find(declared, &(&1.name == payload.kind_member))

    said = for {name, value} <- said, do: {name, if(is_atom(value) and value != nil, do: Atom.to_string(value), else: value)}

    case payload.cases[Encode.said(naming, said)] do
      nil -> Terms.carried(value)
      of -> value(tables, of, value)
    end
  end

  defp nullable?(schema, member), do: elem(schema.types, member.type).kind in [:nullable, :json, :payload]

  defp record(tables, module, declared, members, tag) do
    fields = fields(declared, module.__wire__(), tables, declared, members)
    made = :maps.merge(module.__struct__(), :maps.from_list(fields))
    # Most have no members that are not declared.
    if is_map_key(made, :extra) and length(fields) < length(members), do: %{made | extra: extra(declared, members, tag)}, else: made
  end

  defp fields([], _, _, _, _), do: []

  defp fields([member | rest], [{_, field} | wires], tables, declared, members) do
    case List.keyfind(members, member.name, 0) do
      nil -> fields(rest, wires, tables, declared, members)
      {_, value} -> [{field, read(tables, member, declared, members, value)} | fields(rest, wires, tables, declared, members)]
    end
  end

  defp read(tables, %{payload: nil} = member, _, _, value), do: object(tables, member.type, value)

  defp read(tables, %{payload: payload} = member, declared, members, value) do
    kind = declared |> Enum.find(&(&1.name == payload.kind_member)) |> Encode.said(members)
    object(tables, Map.get(payload.cases, kind, member.type), value)
  end

  defp extra(declared, members, tag) do
    names = MapSet.new(declared, & &1.name)
    for {name, value} <- members, name not in names and name != tag, into: %{}, do: {name, Values.plain(value)}
  end

  @doc "A digest of a list of records. Raises `Refused` if one does not conform."
  @spec digest(module(), non_neg_integer(), [struct() | map()]) :: String.t()
  def digest(tables, index, items) do
    schema = tables.schema()
    table = elem(schema.digests, index)

    listed =
      for item <- items do
        case Walk.decode_value(schema, table.record, Encode.encode_value(schema, table.record, value(tables, table.record, item))) do
          {:ok, value} -> value
          {:error, refused} -> raise refused
        end
      end

    Digest.of(table, listed)
  end

  @doc "The schema's name of a message."
  @spec name(Schema.t(), Decoded.t()) :: String.t()
  def name(schema, decoded), do: elem(schema.messages, decoded.message).name
end
