# @generated: comes with what ltpc writes for Elixir, and is the same for every protocol but for the name of its module.
defmodule PacketFlow.Runtime.Encode do
  @moduledoc "Writing messages and values in their canonical text."

  alias PacketFlow.Runtime.Decoded
  alias PacketFlow.Runtime.Numbers
  alias PacketFlow.Runtime.Schema
  alias PacketFlow.Runtime.Shapes
  alias PacketFlow.Runtime.Table
  alias PacketFlow.Runtime.Values
  alias PacketFlow.Runtime.Words

  @doc "The message's text. What does not conform is written as the JSON that it is."
  @spec encode(Schema.t(), Decoded.t()) :: String.t()
  def encode(schema, decoded) do
    message = elem(schema.messages, decoded.message)
    envelope = elem(schema.envelopes, message.envelope)
    {members, encodings} = Enum.reduce(envelope.members, {decoded.envelope, %{}}, &encoding(&1, &2, schema, message, decoded))
    writer = %{schema: schema, encodings: encodings}
    {before, behind} = Enum.split(envelope.members, envelope.position)
    tag = {:name, Values.quoted(envelope.tag), Values.quoted(decoded.tag)}
    parts = [tag | declared(writer, before, members)] ++ body(writer, message, envelope, decoded.body) ++ declared(writer, behind, members)
    IO.iodata_to_binary(object(parts))
  end

  @doc "The text of one value of a type."
  @spec encode_value(Schema.t(), non_neg_integer(), Values.t()) :: String.t()
  def encode_value(schema, type, value), do: IO.iodata_to_binary(value(%{schema: schema, encodings: %{}}, type, value))

  @doc "The text of a member, or of its default."
  @spec said(Schema.Member.t() | nil, Values.members()) :: String.t() | nil
  def said(nil, _), do: nil

  def said(member, members) do
    case Values.fetch(members, member.name) do
      {:ok, text} when is_binary(text) -> text
      {:ok, _} -> nil
      :error -> Shapes.default_text(member)
    end
  end

  # What a member of the envelope says of encodings, corrected where a payload has no such form.
  defp encoding(member, {members, encodings}, schema, message, decoded) do
    case said(member, members) || "json" do
      "toon" ->
        if tables?(schema, message.body, decoded.body, member.name),
          do: {members, Map.put(encodings, member.name, "toon")},
          else: {say_json(member, members), Map.put(encodings, member.name, "json")}

      said ->
        {members, Map.put(encodings, member.name, said)}
    end
  end

  defp body(writer, message, %{body: name}, body) when name != nil, do: [{:name, Values.quoted(name), value(writer, message.body, body)}]

  defp body(writer, message, _, body) do
    case {elem(writer.schema.types, message.body), body} do
      {%{kind: :record} = type, {:object, members}} -> record(writer, type, members)
      {_, {:object, members}} -> Enum.map(members, &kept/1)
      {_, {:raw, text}} -> inner(text)
      _ -> []
    end
  end

  # The members of an object's text, as they stand.
  defp inner(text) do
    text = String.trim(text)
    inside = binary_part(text, 1, byte_size(text) - 2)
    if String.trim(inside) == "", do: [], else: [{:text, inside}]
  end

  defp value(writer, id, value), do: typed(writer, elem(writer.schema.types, id), value)

  defp typed(writer, %{kind: :nullable, of: of}, value), do: value(writer, of, value)
  defp typed(_, %{kind: kind}, {:number, text}) when kind in [:int, :float], do: canonical(kind, text)
  defp typed(_, %{kind: :float}, value) when is_integer(value), do: canonical(:float, Integer.to_string(value))
  defp typed(_, %{kind: :string, format: :uuid}, value) when is_binary(value), do: value |> lower() |> Values.quoted()
  defp typed(writer, %{kind: :list, of: of}, items) when is_list(items), do: [?[, Values.separated(items, &value(writer, of, &1)), ?]]

  defp typed(writer, %{kind: :map, of: of}, {:object, members}),
    do: object(Enum.map(members, fn {name, item} -> {:name, Values.quoted(name), value(writer, of, item)} end))

  defp typed(writer, %{kind: :record} = type, {:object, members}), do: object(record(writer, type, members))

  defp typed(writer, %{kind: :union} = type, {:object, members} = value) do
    case union(writer.schema, type, members) do
      nil ->
        Values.write(value)

      {tag, record} ->
        first = {:name, Values.quoted(type.tag), Values.quoted(tag)}
        rest = if record.open, do: unknown(record.members, members, type.tag), else: []
        object([first | declared(writer, record.members, members)] ++ rest)
    end
  end

  defp typed(_, _, value), do: Values.write(value)

  defp union(schema, type, members) do
    with {:ok, tag} <- Values.fetch(members, type.tag),
         %{^tag => of} <- type.cases do
      {tag, elem(schema.types, of)}
    else
      _ -> nil
    end
  end

  defp record(writer, type, members) do
    rest = if type.open, do: unknown(type.members, members, nil), else: []
    declared(writer, type.members, members) ++ rest
  end

  defp unknown(declared, members, tag) do
    names = MapSet.new(declared, & &1.name)
    for {name, value} <- members, name not in names and name != tag, do: kept({name, value})
  end

  defp kept({name, value}), do: {:name, Values.quoted(name), Values.write(value)}

  defp object(parts) do
    write = fn
      {:name, name, value} -> [name, ?:, value]
      {:text, text} -> text
    end

    [?{, Values.separated(parts, write), ?}]
  end

  defp declared(writer, declared, members) do
    members = patched(writer, declared, members)
    Enum.flat_map(declared, &declared_one(writer, &1, declared, members))
  end

  defp declared_one(writer, member, declared, members) do
    case Values.fetch(members, member.name) do
      :error when member.default != nil and member.always ->
        [{:name, Values.quoted(member.name), member.default}]

      :error ->
        []

      {:ok, value} ->
        written =
          if member.payload,
            do: payload(writer, member.payload, value, declared, members),
            else: value(writer, member.type, value)

        if member.default != nil and not member.always and IO.iodata_to_binary(written) == member.default,
          do: [],
          else: [{:name, Values.quoted(member.name), written}]
    end
  end

  # The members, those that name an encoding corrected where a payload cannot be written in it.
  defp patched(writer, declared, members) do
    Enum.reduce(declared, members, fn
      %{payload: %{encoding: name, encoding_in_envelope: false} = payload} = member, members when name != nil ->
        naming = named(declared, name)

        with "toon" <- said(naming, members),
             {:ok, value} <- Values.fetch(members, member.name),
             nil <- document(writer, payload, value, declared, members) do
          say_json(naming, members)
        else
          _ -> members
        end

      _, members ->
        members
    end)
  end

  defp payload(writer, payload, value, declared, members) do
    document =
      if value != nil and payload_encoding(writer, payload, declared, members) == "toon",
        do: document(writer, payload, value, declared, members)

    known = kind(payload, declared, members)

    cond do
      document != nil -> Values.quoted(document)
      known == nil -> Values.write(value)
      true -> value(writer, known, value)
    end
  end

  defp payload_encoding(_, %{encoding: nil}, _, _), do: "json"
  defp payload_encoding(writer, %{encoding_in_envelope: true, encoding: name}, _, _), do: Map.get(writer.encodings, name, "json")
  defp payload_encoding(_, %{encoding: name}, declared, members), do: declared |> named(name) |> said(members)

  # The TOON document of a payload, if it has one that we write.
  defp document(_, _, nil, _, _), do: ""

  defp document(writer, payload, value, declared, members) do
    case kind(payload, declared, members) do
      nil ->
        if is_binary(value), do: value

      known ->
        type = elem(writer.schema.types, known)
        if type.kind == :list and is_list(value), do: Table.write(type.toon_key, IO.iodata_to_binary(value(writer, known, value)))
    end
  end

  # Whether each payload whose encoding stands in that member of the envelope has a TOON document.
  defp tables?(schema, id, value, naming) do
    case {elem(schema.types, id), value} do
      {%{kind: :nullable, of: of}, _} -> tables?(schema, of, value, naming)
      {%{kind: :list, of: of}, items} when is_list(items) -> Enum.all?(items, &tables?(schema, of, &1, naming))
      {%{kind: :map, of: of}, {:object, members}} -> Enum.all?(members, fn {_, item} -> tables?(schema, of, item, naming) end)
      {%{kind: :record} = type, {:object, members}} -> tables_in?(schema, type, members, naming)
      {%{kind: :union} = type, {:object, members}} -> tables_of_case?(schema, union(schema, type, members), members, naming)
      _ -> true
    end
  end

  defp tables_of_case?(_, nil, _, _), do: true
  defp tables_of_case?(schema, {_, record}, members, naming), do: tables_in?(schema, record, members, naming)

  defp tables_in?(schema, record, members, naming) do
    Enum.all?(record.members, fn member ->
      case {Values.fetch(members, member.name), member.payload} do
        {:error, _} ->
          true

        {{:ok, value}, nil} ->
          tables?(schema, member.type, value, naming)

        {{:ok, value}, %{encoding: ^naming, encoding_in_envelope: true} = payload} ->
          document(%{schema: schema, encodings: %{}}, payload, value, record.members, members) != nil

        _ ->
          true
      end
    end)
  end

  defp kind(payload, declared, members) do
    case declared |> named(payload.kind_member) |> said(members) do
      nil -> nil
      kind -> payload.cases[kind]
    end
  end

  defp named(declared, name), do: Enum.find(declared, &(&1.name == name))

  # Makes the member that names an encoding say JSON: by being absent where it can.
  defp say_json(%{optional: true, name: name}, members), do: List.keydelete(members, name, 0)
  defp say_json(%{name: name}, members), do: members |> List.keydelete(name, 0) |> Values.put(name, "json")

  # What is no UUID stays what it is.
  defp lower(text), do: if(Words.characters(text) == byte_size(text), do: String.downcase(text, :ascii), else: text)

  defp canonical(:float, text) do
    case Numbers.double(text) do
      nil -> text
      value -> Numbers.write_float(value)
    end
  end

  defp canonical(_, text) do
    case Numbers.whole?(text) && Numbers.signed(text) do
      integer when is_integer(integer) -> Integer.to_string(integer)
      _ -> text
    end
  end
end
