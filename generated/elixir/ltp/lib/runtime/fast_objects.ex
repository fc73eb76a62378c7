# @generated: comes with what ltpc writes for Elixir, and is the same for every protocol but for the name of its module.
defmodule LTP.Runtime.FastObjects do
  @moduledoc """
  What goes between the walk's values and the structs of a package, generated from the tables when the package is compiled.

  Members are expected in the order of the schema, and of applications the structs that are declared; whatever else comes is left to `Binding`.
  """

  alias LTP.Runtime.Binding
  alias LTP.Runtime.Decoded
  alias LTP.Runtime.FastObjects
  alias LTP.Runtime.FastTypes
  alias LTP.Runtime.Schema
  alias LTP.Runtime.Terms
  alias LTP.Runtime.Values

  defmacro __using__(tables: tables) do
    tables = Macro.expand(tables, __CALLER__)
    schema = tables.schema()
    messages = for {message, index} <- Schema.indexed(schema.messages), do: {message, index, elem(tables.messages(), index)}

    envelopes =
      for {envelope, index} <- Schema.indexed(schema.envelopes), do: {:envelope, index, envelope.members, elem(tables.envelopes(), index)}

    records = for {id, module} <- Enum.sort(tables.records()), do: {:record, id, elem(schema.types, id).members, module}
    reached = FastTypes.reached(schema)
    seen = for {_, id, _, _} = record <- records, id in reached, do: record

    quote do
      @doc "A message as an application sees it."
      @spec message(unquote(Decoded).t()) :: struct()
      unquote_splicing(Enum.map(messages, &seen_message(schema, tables, &1)))

      @doc "A message that an application made, as the walk holds it; `:other` where it is not made of the structs that are declared."
      @spec decoded(struct()) :: {:ok, unquote(Decoded).t()} | :other
      def decoded(message) do
        {:ok, said_message(message)}
      catch
        :other -> :other
      end

      @doc "A record, by its type, as the walk holds it; or `:other`."
      @spec value(non_neg_integer(), struct()) :: unquote(Values).t() | :other
      def value(type, record) do
        said(type, record)
      catch
        :other -> :other
      end

      unquote_splicing(Enum.map(messages, &said_message(schema, tables, &1)))
      defp said_message(_), do: throw(:other)

      unquote_splicing(
        for {_, id, _, _} <- records, do: quote(do: defp(said(unquote(id), record), do: unquote(:"said_record_#{id}")(record)))
      )

      defp said(_, _), do: throw(:other)

      unquote_splicing(Enum.flat_map(envelopes ++ seen, &seen_record(schema, tables, &1)))
      unquote_splicing(Enum.flat_map(envelopes ++ records, &said_record(schema, tables, &1)))
    end
  end

  @doc false
  @spec extra(Values.members()) :: %{String.t() => term()}
  def extra(members), do: Map.new(members, fn {name, value} -> {name, Values.plain(value)} end)

  @doc false
  @spec strange?(Values.members(), [String.t()]) :: boolean()
  def strange?(members, names), do: not Enum.any?(members, fn {name, _} -> name in names end)

  @doc false
  @spec scalar(term(), atom()) :: Values.t()
  def scalar(value, :string) when is_binary(value), do: value
  def scalar(value, kind) when kind in [:int, :uint, :float] and is_number(value), do: value
  def scalar(value, :bool) when is_boolean(value), do: value
  def scalar(value, :enum) when is_binary(value), do: value
  def scalar(value, :enum) when is_atom(value) and not is_boolean(value) and value != nil, do: Atom.to_string(value)
  def scalar(_, _), do: throw(:other)

  # What an application sees.

  defp seen_message(schema, tables, {message, index, module}) do
    envelope = quote(do: unquote(:"seen_envelope_#{message.envelope}_0")(envelope, [], envelope))

    body =
      case elem(schema.types, message.body) do
        %{kind: :record} -> quote(do: unquote(:"seen_record_#{message.body}")(body))
        _ -> quote(do: Binding.object(unquote(tables), unquote(message.body), body))
      end

    quote do
      def message(%unquote(Decoded){message: unquote(index), tag: tag, envelope: envelope, body: body}),
        do: unquote(made(module, envelope: envelope, body: body, tag: quote(do: tag)))
    end
  end

  defp made(module, fields), do: {:%, [], [module, {:%{}, [], fields}]}

  defp seen_record(schema, tables, {what, id, members, module}) do
    chain = :"seen_#{what}_#{id}"
    fields = for {_, field} <- module.__wire__(), do: field
    vars = Macro.generate_arguments(length(fields), __MODULE__)
    names = Enum.map(members, & &1.name)
    last = :"#{chain}_#{length(fields)}"

    {entry, other} =
      if what == :record,
        do: {entry(chain, tables, id), quote(do: Binding.object(unquote(tables), unquote(id), {:object, all}))},
        else: {[], quote(do: Binding.envelope(unquote(tables), unquote(id), all))}

    whole = made(module, Enum.zip(fields, vars))

    behind =
      if open?(module, fields) do
        quote do
          defp unquote(last)(rest, unquote(Enum.reverse(vars)), all) do
            if FastObjects.strange?(rest, unquote(names)),
              do: unquote(made(module, Enum.zip(fields, vars) ++ [extra: quote(do: FastObjects.extra(rest))])),
              else: unquote(other)
          end
        end
      else
        quote(do: defp(unquote(last)(_, _, all), do: unquote(other)))
      end

    steps = members |> Enum.zip(fields) |> Enum.with_index() |> Enum.flat_map(&seen_step(schema, tables, chain, members, module, other, &1))
    entry ++ steps ++ [quote(do: defp(unquote(last)([], unquote(Enum.reverse(vars)), _), do: unquote(whole))), behind]
  end

  defp entry(chain, tables, id) do
    [
      quote(do: defp(unquote(chain)({:object, members}), do: unquote(:"#{chain}_0")(members, [], members))),
      quote(do: defp(unquote(chain)(other), do: Binding.object(unquote(tables), unquote(id), other)))
    ]
  end

  defp open?(module, fields), do: Map.has_key?(module.__struct__(), :extra) and :extra not in fields

  defp seen_step(schema, tables, chain, members, module, other, {{member, field}, index}) do
    {name, next} = {:"#{chain}_#{index}", :"#{chain}_#{index + 1}"}
    absent = Macro.escape(Map.fetch!(module.__struct__(), field))

    there =
      case seen_member(schema, tables, members, member, index) do
        nil ->
          quote(do: defp(unquote(name)([{unquote(member.name), _} | _], _, all), do: unquote(other)))

        value ->
          quote(
            do:
              defp(unquote(name)([{unquote(member.name), value} | rest], made, all), do: unquote(next)(rest, [unquote(value) | made], all))
          )
      end

    missing =
      if member.required,
        do: quote(do: defp(unquote(name)(_, _, all), do: unquote(other))),
        else: quote(do: defp(unquote(name)(rest, made, all), do: unquote(next)(rest, [unquote(absent) | made], all)))

    [there, missing]
  end

  defp seen_member(schema, tables, _, %{payload: nil} = member, _), do: seen(schema, tables, member.type)

  # What its kind says, which stands before it.
  defp seen_member(schema, tables, members, %{payload: payload}, index) do
    case Enum.find_index(members, &(&1.name == payload.kind_member)) do
      kind when is_integer(kind) and kind < index ->
        before = for _ <- 1..(index - kind - 1)//1, do: quote(do: _)
        known = for name <- payload.case_names, do: {:->, [], [[name], seen(schema, tables, payload.cases[name])]}
        unknown = {:->, [], [[quote(do: _)], quote(do: Values.plain(value))]}
        cases = {:case, [], [quote(do: kind), [do: known ++ [unknown]]]}

        quote do
          case value do
            nil ->
              nil

            {:raw, _} ->
              Values.plain(value)

            _ ->
              [unquote_splicing(before), kind | _] = made
              unquote(cases)
          end
        end

      _ ->
        nil
    end
  end

  defp seen(schema, tables, id) do
    case {FastTypes.plain?(schema, id), elem(schema.types, id)} do
      {true, _} -> quote(do: value)
      {_, %{kind: :nullable, of: of}} -> quote(do: if(value == nil, do: nil, else: unquote(seen(schema, tables, of))))
      {_, %{kind: :list, of: of}} -> quote(do: Enum.map(value, fn value -> unquote(seen(schema, tables, of)) end))
      {_, %{kind: :record}} -> quote(do: unquote(:"seen_record_#{id}")(value))
      {_, %{kind: kind}} when kind in [:json, :object, :payload] -> quote(do: Values.plain(value))
      _ -> quote(do: Binding.object(unquote(tables), unquote(id), value))
    end
  end

  # What an application says.

  defp said_message(schema, tables, {message, index, module}) do
    fields = [envelope: quote(do: envelope), body: quote(do: value), tag: quote(do: tag)]

    quote do
      defp said_message(unquote(made(module, fields))) do
        %unquote(Decoded){
          message: unquote(index),
          tag: tag,
          envelope: unquote(:"said_envelope_#{message.envelope}")(envelope),
          body: unquote(said(schema, tables, message.body))
        }
      end
    end
  end

  defp said_record(schema, tables, {what, id, members, module}) do
    name = :"said_#{what}_#{id}"
    fields = for {_, field} <- module.__wire__(), do: field
    vars = Macro.generate_arguments(length(fields), __MODULE__)
    open = if open?(module, fields), do: [extra: quote(do: extra)], else: []
    guard = if open == [], do: true, else: quote(do: extra == %{})
    known = members |> Enum.map(& &1.name) |> Enum.zip(vars) |> Map.new()

    puts =
      for {member, var} <- members |> Enum.zip(vars) |> Enum.reverse() do
        value = said_member(schema, tables, known, member)
        none = if nullable?(schema, member), do: [:unset], else: [nil, :unset]

        quote do
          made =
            case unquote(var) do
              none when none in unquote(none) -> made
              value -> [{unquote(member.name), unquote(value)} | made]
            end
        end
      end

    result = if what == :record, do: quote(do: {:object, made}), else: quote(do: made)

    [
      quote do
        defp unquote(name)(unquote(made(module, Enum.zip(fields, vars) ++ open))) when unquote(guard) do
          made = []
          unquote_splicing(puts)
          unquote(result)
        end
      end,
      quote(do: defp(unquote(name)(_), do: throw(:other)))
    ]
  end

  defp nullable?(schema, member), do: elem(schema.types, member.type).kind in [:nullable, :json, :payload]

  defp said_member(schema, tables, _, %{payload: nil} = member), do: said(schema, tables, member.type)

  defp said_member(schema, tables, known, %{payload: payload}) do
    kinds = for name <- payload.case_names, do: {:->, [], [[name], said(schema, tables, payload.cases[name])]}
    unknown = {:->, [], [[quote(do: kind when is_binary(kind))], quote(do: Terms.carried(value))]}
    other = {:->, [], [[quote(do: _)], quote(do: throw(:other))]}
    {:case, [], [Map.get(known, payload.kind_member), [do: kinds ++ [unknown, other]]]}
  end

  defp said(schema, tables, id) do
    case elem(schema.types, id) do
      %{kind: :nullable, of: of} -> quote(do: if(value == nil, do: nil, else: unquote(said(schema, tables, of))))
      %{kind: :record} -> quote(do: unquote(:"said_record_#{id}")(value))
      %{kind: :list, of: of} -> quote(do: FastObjects.list(value, fn value -> unquote(said(schema, tables, of)) end))
      %{kind: kind} when kind in [:json, :object, :payload] -> quote(do: Terms.carried(value))
      %{kind: kind} when kind in [:map, :union] -> quote(do: Binding.value(unquote(tables), unquote(id), value))
      %{kind: kind} -> quote(do: FastObjects.scalar(value, unquote(kind)))
    end
  end

  @doc false
  @spec list(term(), (term() -> Values.t())) :: [Values.t()]
  def list(items, said) when is_list(items), do: Enum.map(items, said)
  def list(_, _), do: throw(:other)
end
