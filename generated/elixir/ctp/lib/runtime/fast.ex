# @generated: comes with what ltpc writes for Elixir, and is the same for every protocol but for the name of its module.
defmodule CTP.Runtime.Fast do
  @moduledoc """
  Decoders that are generated from the tables when a package is compiled: what is expected is matched as binary patterns.

  Only what conforms and stands in its canonical form is read so: with members in the order of the schema, and without white space, which is
  taken out where no value is carried as it stands. For anything else `decode/1` of the module that uses this gives `:slow`, and the walk, which
  alone refuses, reads it.
  """

  alias CTP.Runtime.Decoded
  alias CTP.Runtime.FastScan
  alias CTP.Runtime.FastTypes
  alias CTP.Runtime.Schema
  alias CTP.Runtime.Values

  defmacro __using__(tables: tables) do
    tables = Macro.expand(tables, __CALLER__)
    schema = tables.schema()
    messages = if schema.framing, do: [], else: messages(schema, tables)
    types = if messages == [], do: [], else: for(id <- FastTypes.reached(schema), do: type(schema, tables, {elem(schema.types, id), id}))

    quote do
      @doc "Reads a message that conforms and is canonical; else `:slow`."
      @spec decode(binary()) :: {:ok, unquote(Decoded).t()} | :slow
      def decode(text) when byte_size(text) <= unquote(schema.limits.message) do
        with :slow <- canonical(text), do: canonical(FastScan.compact(text))
      end

      def decode(_), do: :slow

      defp canonical(text) do
        read(text)
      catch
        :slow -> :slow
      end

      unquote_splicing(Enum.map(messages, &elem(&1, 0)))
      defp read(_), do: :slow

      unquote_splicing(Enum.flat_map(messages, &elem(&1, 1)))
      unquote_splicing(List.flatten(types))
    end
  end

  defp messages(schema, tables) do
    for {message, index} <- Schema.indexed(schema.messages),
        message.tag != nil,
        envelope = elem(schema.envelopes, message.envelope),
        steps = steps(schema, tables, message, envelope),
        steps != [] do
      name = :"message_#{index}"
      first = "{" <> Values.quote_text(envelope.tag) <> ":" <> Values.quote_text(message.tag) <> ","

      head =
        quote do
          defp read(<<unquote(first), rest::binary>>) do
            case unquote(:"#{name}_0")(rest, unquote(schema.limits.depth - 1), [], []) do
              {decoded, rest} when rest in ["", "\n"] -> {:ok, decoded}
              _ -> :slow
            end
          end
        end

      body = if envelope.body, do: quote(do: b), else: quote(do: {:object, :lists.reverse(b)})

      finish =
        quote do
          %unquote(Decoded){message: unquote(index), tag: unquote(message.tag), envelope: :lists.reverse(a), body: unquote(body)}
        end

      {head, chain(name, steps, finish)}
    end
  end

  # What stands behind the tag: the envelope's members, the body in its place, and a flat message's own.
  defp steps(schema, tables, message, envelope) do
    own = Enum.map(envelope.members, &step(schema, tables, &1, {:a, FastTypes.encodings(schema)}))
    type = elem(schema.types, message.body)

    cond do
      envelope.body != nil ->
        inside = %{name: envelope.body, need: :required, into: :body, read: value(schema, tables, message.body)}
        List.insert_at(own, envelope.position, inside)

      type.kind == :record ->
        own ++ Enum.map(type.members, &step(schema, tables, &1, {:b, FastTypes.own_encodings(type)}))

      true ->
        nil
    end
  end

  defp type(schema, tables, {%{kind: :record} = type, id}) do
    name = :"record_#{id}"
    steps = Enum.map(type.members, &step(schema, tables, &1, {:a, FastTypes.own_encodings(type)}))

    head =
      quote do
        defp unquote(name)(<<?{, rest::binary>>, depth) when depth > 0, do: unquote(:"#{name}_0")(rest, depth - 1, [], [])
        defp unquote(name)(_, _), do: throw(:slow)
      end

    if steps == [] do
      quote do
        defp unquote(name)(<<"{}", rest::binary>>, depth) when depth > 0, do: {{:object, []}, rest}
        defp unquote(name)(_, _), do: throw(:slow)
      end
    else
      [head | chain(name, steps, quote(do: {:object, :lists.reverse(a)}))]
    end
  end

  defp type(schema, tables, {%{kind: :list} = type, id}) do
    {name, items} = {:"list_#{id}", :"items_#{id}"}

    quote do
      defp unquote(name)(<<"[]", rest::binary>>, depth) when depth > 0, do: {FastScan.counted([], 0, unquote(type.length)), rest}
      defp unquote(name)(<<?[, rest::binary>>, depth) when depth > 0, do: unquote(items)(rest, depth - 1, [], 1)
      defp unquote(name)(_, _), do: throw(:slow)

      defp unquote(items)(rest, depth, made, count) when count <= unquote(schema.limits.list) do
        {value, rest} = unquote(value(schema, tables, type.of))

        case rest do
          <<?,, rest::binary>> -> unquote(items)(rest, depth, [value | made], count + 1)
          <<?], rest::binary>> -> {FastScan.counted([value | made], count, unquote(type.length)), rest}
          _ -> throw(:slow)
        end
      end

      defp unquote(items)(_, _, _, _), do: throw(:slow)
    end
  end

  defp type(_, _, _), do: []

  defp step(schema, tables, member, {into, encodings}) do
    need =
      cond do
        member.default != nil -> {:default, member.default_value}
        member.optional -> :optional
        true -> :required
      end

    read =
      cond do
        member.name in encodings -> quote(do: FastScan.literal(rest, "\"json\"", "json"))
        member.payload != nil -> payload(schema, tables, member, into)
        true -> value(schema, tables, member.type)
      end

    %{name: member.name, need: need, into: into, read: read}
  end

  # Each function expects the member of its number, or one behind it.
  defp chain(name, steps, finish) do
    count = length(steps)
    at = fn index -> :"#{name}_#{index}" end
    behind = fn index -> :"#{name}_behind_#{index}" end

    functions =
      for {step, index} <- Enum.with_index(steps) do
        literal = Values.quote_text(step.name) <> ":"

        quote do
          defp unquote(at.(index))(<<unquote(literal), rest::binary>>, depth, a, b) do
            {value, rest} = unquote(step.read)
            unquote(put(step, quote(do: value), quote(do: unquote(behind.(index + 1))(rest, depth, a, b))))
          end

          unquote(skip(at.(index), step, at.(index + 1), count == index + 1))

          unquote(comma(behind.(index + 1), at.(index + 1), count == index + 1))
          unquote(close(behind.(index + 1), Enum.drop(steps, index + 1), finish))
          defp unquote(behind.(index + 1))(_, _, _, _), do: throw(:slow)
        end
      end

    Enum.flat_map(functions, fn {:__block__, _, parts} -> Enum.reject(parts, &is_nil/1) end)
  end

  # Behind the last member no other may come.
  defp comma(_, _, true), do: nil
  defp comma(name, next, false), do: quote(do: defp(unquote(name)(<<?,, rest::binary>>, depth, a, b), do: unquote(next)(rest, depth, a, b)))

  defp put(%{into: :a, name: name}, value, then_), do: quote(do: (fn a -> unquote(then_) end).([{unquote(name), unquote(value)} | a]))
  defp put(%{into: :b, name: name}, value, then_), do: quote(do: (fn b -> unquote(then_) end).([{unquote(name), unquote(value)} | b]))
  defp put(%{into: :body}, value, then_), do: quote(do: (fn b -> unquote(then_) end).(unquote(value)))

  defp skip(name, %{need: :required}, _, _), do: quote(do: defp(unquote(name)(_, _, _, _), do: throw(:slow)))
  defp skip(name, _, _, true), do: quote(do: defp(unquote(name)(_, _, _, _), do: throw(:slow)))
  defp skip(name, %{need: :optional}, next, _), do: quote(do: defp(unquote(name)(rest, depth, a, b), do: unquote(next)(rest, depth, a, b)))

  defp skip(name, %{need: {:default, value}} = step, next, _) do
    quote do
      defp unquote(name)(rest, depth, a, b), do: unquote(put(step, Macro.escape(value), quote(do: unquote(next)(rest, depth, a, b))))
    end
  end

  # The object ends: what is left must be of the kind that can be left out.
  defp close(name, left, finish) do
    if Enum.all?(left, &(&1.need != :required)) do
      finish =
        Enum.reduce(Enum.reverse(left), quote(do: {unquote(finish), rest}), fn
          %{need: {:default, value}} = step, then_ -> put(step, Macro.escape(value), then_)
          _, then_ -> then_
        end)

      quote do
        defp unquote(name)(<<?}, rest::binary>>, _, a, b) do
          _ = {a, b}
          unquote(finish)
        end
      end
    end
  end

  defp payload(schema, tables, %{payload: payload} = member, into) do
    if elem(schema.types, member.type).kind == :nullable do
      quote do
        case rest do
          _ when depth < 0 -> {nil, rest}
          _ -> throw(:slow)
        end
      end
    else
      cases =
        for kind <- payload.case_names do
          {:->, [], [[{:{}, [], [quote(do: _), kind]} |> pair()], value(schema, tables, payload.cases[kind])]}
        end

      other = {:->, [], [[quote(do: _)], quote(do: throw(:slow))]}
      said = Macro.var(into, __MODULE__)
      {:case, [], [quote(do: List.keyfind(unquote(said), unquote(payload.kind_member), 0)), [do: cases ++ [other]]]}
    end
  end

  defp pair({:{}, _, [one, two]}), do: {one, two}

  # What reads a value of a type from `rest`, and gives it with what stands behind it.
  defp value(schema, tables, id) do
    most = schema.limits.string

    case elem(schema.types, id) do
      %{kind: :nullable, of: of} ->
        quote do
          case rest do
            <<"null", rest::binary>> -> {nil, rest}
            _ -> unquote(value(schema, tables, of))
          end
        end

      %{kind: :bool} ->
        quote do
          case rest do
            <<"true", rest::binary>> -> {true, rest}
            <<"false", rest::binary>> -> {false, rest}
            _ -> throw(:slow)
          end
        end

      %{kind: kind, ranges: ranges} when kind in [:int, :uint] ->
        quote(do: FastScan.integer(rest, unquote(kind == :int), unquote(Macro.escape(ranges))))

      %{kind: :float, ranges: ranges} ->
        quote(do: FastScan.float(rest, unquote(Macro.escape(ranges))))

      %{kind: :string, format: :uuid, length: nil, one_of: [], pattern: nil} ->
        quote(do: FastScan.uuid(rest))

      %{kind: :string, format: nil, length: nil, one_of: [], pattern: nil} ->
        quote(do: FastScan.string(rest, unquote(most)))

      %{kind: :string} = type ->
        quote(do: FastScan.text(rest, unquote(most), unquote(Macro.escape(type))))

      %{kind: :enum, open: true} ->
        quote(do: FastScan.string(rest, unquote(most)))

      %{kind: :enum, variants: variants} ->
        known =
          for text <- variants,
              do: {:->, [], [[quote(do: <<unquote(Values.quote_text(text)), rest::binary>>)], quote(do: {unquote(text), rest})]}

        {:case, [], [quote(do: rest), [do: known ++ [{:->, [], [[quote(do: _)], quote(do: throw(:slow))]}]]]}

      %{kind: kind} when kind in [:record, :list] ->
        quote(do: unquote(:"#{kind}_#{id}")(rest, depth))

      _ ->
        quote(do: FastScan.walked(unquote(tables).schema(), rest, unquote(id), depth))
    end
  end
end
