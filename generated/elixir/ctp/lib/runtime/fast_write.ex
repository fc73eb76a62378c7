# @generated: comes with what ltpc writes for Elixir, and is the same for every protocol but for the name of its module.
defmodule CTP.Runtime.FastWrite do
  @moduledoc """
  Encoders that are generated from the tables when a package is compiled: names stand there as literals, values are checked as they are written.

  Members are expected in the order of the schema. What does not conform, and what is rare, is left to `Encode`: `write/1` gives `:slow`.
  """

  alias CTP.Runtime.Decoded
  alias CTP.Runtime.FastText
  alias CTP.Runtime.FastTypes
  alias CTP.Runtime.Schema
  alias CTP.Runtime.Values

  defmacro __using__(tables: tables) do
    tables = Macro.expand(tables, __CALLER__)
    schema = tables.schema()

    messages =
      if schema.framing, do: [], else: for({message, _} = one <- Schema.indexed(schema.messages), written?(schema, message), do: one)

    own = for {message, _} <- messages, elem(schema.envelopes, message.envelope).body == nil, uniq: true, do: message.body
    reached = if messages == [], do: [], else: FastTypes.reached(schema)
    types = for id <- reached, do: {elem(schema.types, id), id}

    quote do
      @doc "The text of a message that conforms; else `:slow`."
      @spec write(unquote(Decoded).t()) :: String.t() | :slow
      def write(decoded) do
        text = decoded |> message() |> IO.iodata_to_binary()
        if byte_size(text) <= unquote(schema.limits.message), do: text, else: :slow
      catch
        :slow -> :slow
      end

      unquote_splicing(Enum.map(messages, &elem(message(schema, tables, &1), 0)))
      defp message(_), do: throw(:slow)

      unquote_splicing(Enum.flat_map(messages, &elem(message(schema, tables, &1), 1)))
      unquote_splicing(Enum.flat_map(types, &type(schema, tables, &1, own)))
    end
  end

  # A message of any object beside its tag is rare.
  defp written?(schema, message),
    do: message.tag != nil and (elem(schema.envelopes, message.envelope).body != nil or elem(schema.types, message.body).kind == :record)

  # The tag, the envelope's members with the body among them, and a flat message's own.
  defp message(schema, tables, {message, index}) do
    envelope = elem(schema.envelopes, message.envelope)
    name = :"message_#{index}"
    first = "{" <> Values.quote_text(envelope.tag) <> ":" <> Values.quote_text(message.tag)
    step = &{:member, &1, FastTypes.encodings(schema)}
    {before, behind} = Enum.split(envelope.members, envelope.position)
    body = if envelope.body, do: [{:body, envelope.body, message.body}], else: []
    steps = Enum.map(before, step) ++ body ++ Enum.map(behind, step)

    head =
      quote do
        defp message(%unquote(Decoded){message: unquote(index), tag: unquote(message.tag), envelope: members, body: body}),
          do: [unquote(first) | unquote(:"#{name}_0")(members, {members, body}, unquote(schema.limits.depth - 1))]
      end

    finish = if envelope.body, do: quote(do: [?}]), else: quote(do: unquote(:"inner_#{message.body}")(elem(all, 1), depth))

    {head, chain(schema, tables, name, steps, {&envelope_all/0, finish}, :behind)}
  end

  defp envelope_all, do: quote(do: elem(all, 0))
  defp record_all, do: quote(do: all)

  defp type(schema, tables, {%{kind: :record} = type, id}, own) do
    encodings = FastTypes.own_encodings(type)
    steps = Enum.map(type.members, &{:member, &1, encodings})
    ends = {&record_all/0, quote(do: [?}])}
    flat = id in own

    inner = [
      quote(do: defp(unquote(:"inner_#{id}")({:object, members}, depth), do: unquote(:"record_#{id}_0")(members, members, depth))),
      quote(do: defp(unquote(:"inner_#{id}")(_, _), do: throw(:slow)))
    ]

    entry = [
      quote do
        defp unquote(:"record_#{id}")({:object, members}, depth) when depth > 0,
          do: [?{ | unquote(:"record_#{id}_first_0")(members, members, depth - 1)]
      end,
      quote(do: defp(unquote(:"record_#{id}")(_, _), do: throw(:slow)))
    ]

    if(flat, do: inner, else: []) ++ entry ++ chain(schema, tables, :"record_#{id}", steps, ends, if(flat, do: :both, else: :first))
  end

  defp type(schema, tables, {%{kind: :list} = type, id}, _) do
    {name, items} = {:"list_#{id}", :"items_#{id}"}

    [
      quote do
        defp unquote(name)(items, depth) when is_list(items) and depth > 0 do
          FastText.counted(items, unquote(schema.limits.list), unquote(Macro.escape(type.length)))
          unquote(items)(items, depth - 1, ?[)
        end
      end,
      quote(do: defp(unquote(name)(_, _), do: throw(:slow))),
      quote(do: defp(unquote(items)([], _, ?[), do: [?[, ?]])),
      quote(do: defp(unquote(items)([], _, _), do: [?]])),
      quote do
        defp unquote(items)([value | rest], depth, before),
          do: [before, unquote(print(schema, tables, type.of)) | unquote(items)(rest, depth, ?,)]
      end
    ]
  end

  # Each function writes the member of its number, if it stands there, and all behind it; `first` ones where none is written yet.
  defp chain(schema, tables, name, steps, {all, finish}, which) do
    count = length(steps)
    required = Enum.find_index(steps, &required?/1) || count

    for index <- 0..count,
        first <- [true, false],
        if(first, do: which != :behind and index <= required, else: which != :first or index > 0),
        function <- functions(schema, tables, {name, index, first}, Enum.at(steps, index), all, finish),
        do: function
  end

  defp required?({:body, _, _}), do: true
  defp required?({:member, member, _}), do: member.required

  defp functions(_, _, {_, _, _} = at, nil, _, finish) do
    [
      quote do
        defp unquote(name(at))([], all, depth) do
          _ = {all, depth}
          unquote(finish)
        end
      end,
      quote(do: defp(unquote(name(at))(_, _, _), do: throw(:slow)))
    ]
  end

  defp functions(schema, tables, {_, _, first} = at, {:body, body, type}, _, _) do
    [
      quote do
        defp unquote(name(at))(members, {_, value} = all, depth),
          do: [unquote(literal(body, first)), unquote(print(schema, tables, type)) | unquote(written(at))(members, all, depth)]
      end
    ]
  end

  defp functions(schema, tables, {_, _, first} = at, {:member, member, encodings}, all, _) do
    absent =
      cond do
        member.required -> quote(do: defp(unquote(name(at))(_, _, _), do: throw(:slow)))
        member.default != nil and member.always -> skip(at, written(at), literal(member.name, first) <> member.default)
        true -> skip(at, skipped(at), nil)
      end

    there =
      quote do
        defp unquote(name(at))([{unquote(member.name), value} | members], all, depth),
          do: [
            unquote(literal(member.name, first)),
            unquote(member_text(schema, tables, member, encodings, all)) | unquote(written(at))(members, all, depth)
          ]
      end

    default(schema, at, member) ++ [there, absent]
  end

  # What equals its default is not said.
  defp default(schema, at, %{default: default, always: false} = member) when default != nil do
    zero = if elem(schema.types, member.type).kind == :float and member.default_value == 0, do: quote(do: throw(:slow))

    [
      quote do
        defp unquote(name(at))([{unquote(member.name), value} | members], all, depth)
             when value == unquote(Macro.escape(member.default_value)),
             do: unquote(zero || quote(do: unquote(skipped(at))(members, all, depth)))
      end
    ]
  end

  defp default(_, _, _), do: []

  defp skip(at, next, nil), do: quote(do: defp(unquote(name(at))(members, all, depth), do: unquote(next)(members, all, depth)))

  defp skip(at, next, literal),
    do: quote(do: defp(unquote(name(at))(members, all, depth), do: [unquote(literal) | unquote(next)(members, all, depth)]))

  defp name({name, index, true}), do: :"#{name}_first_#{index}"
  defp name({name, index, false}), do: :"#{name}_#{index}"
  defp written({name, index, _}), do: name({name, index + 1, false})
  defp skipped({name, index, first}), do: name({name, index + 1, first})

  defp literal(name, true), do: Values.quote_text(name) <> ":"
  defp literal(name, false), do: "," <> literal(name, true)

  defp member_text(schema, tables, member, encodings, all) do
    cond do
      member.name in encodings -> quote(do: FastText.json(value))
      member.payload != nil -> payload(schema, tables, member.payload, all)
      true -> print(schema, tables, member.type)
    end
  end

  defp payload(schema, tables, payload, all) do
    known = for kind <- payload.case_names, do: {:->, [], [[{quote(do: _), kind}], print(schema, tables, payload.cases[kind])]}
    other = {:->, [], [[quote(do: _)], quote(do: throw(:slow))]}
    cases = {:case, [], [quote(do: List.keyfind(unquote(all.()), unquote(payload.kind_member), 0)), [do: known ++ [other]]]}
    quote(do: if(value == nil, do: "null", else: unquote(cases)))
  end

  # The text of `value`.
  defp print(schema, tables, id) do
    case elem(schema.types, id) do
      %{kind: :nullable, of: of} ->
        quote(do: if(value == nil, do: "null", else: unquote(print(schema, tables, of))))

      %{kind: :bool} ->
        quote(do: FastText.bool(value))

      %{kind: kind, ranges: ranges} when kind in [:int, :uint] ->
        quote(do: FastText.integer(value, unquote(kind == :int), unquote(Macro.escape(ranges))))

      %{kind: :float, ranges: ranges} ->
        quote(do: FastText.float(value, unquote(Macro.escape(ranges))))

      %{kind: :string, format: :uuid, length: nil, one_of: [], pattern: nil} ->
        quote(do: FastText.uuid(value))

      %{kind: :string, format: nil, length: nil, one_of: [], pattern: nil} ->
        quote(do: FastText.string(value, unquote(schema.limits.string)))

      %{kind: :string} = type ->
        quote(do: FastText.text(value, unquote(schema.limits.string), unquote(Macro.escape(type))))

      %{kind: :enum, open: true} ->
        quote(do: FastText.string(value, unquote(schema.limits.string)))

      %{kind: :enum, variants: variants} ->
        known = for text <- variants, do: {:->, [], [[text], Values.quote_text(text)]}
        {:case, [], [quote(do: value), [do: known ++ [{:->, [], [[quote(do: _)], quote(do: throw(:slow))]}]]]}

      %{kind: kind} when kind in [:record, :list] ->
        quote(do: unquote(:"#{kind}_#{id}")(value, depth))

      _ ->
        quote(do: FastText.walked(unquote(tables).schema(), value, unquote(id), depth))
    end
  end
end
