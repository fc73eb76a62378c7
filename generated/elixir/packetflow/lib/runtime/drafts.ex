# @generated: comes with what ltpc writes for Elixir, and is the same for every protocol but for the name of its module.
defmodule PacketFlow.Runtime.Drafts do
  @moduledoc "What an application asks to send, what it chooses, and what was stored for it."

  alias PacketFlow.Refused
  alias PacketFlow.Runtime.Decoded
  alias PacketFlow.Runtime.Evaluate
  alias PacketFlow.Runtime.Framed
  alias PacketFlow.Runtime.Machine
  alias PacketFlow.Runtime.Refusals
  alias PacketFlow.Runtime.Schema
  alias PacketFlow.Runtime.Shapes
  alias PacketFlow.Runtime.Tape
  alias PacketFlow.Runtime.Values
  alias PacketFlow.Runtime.Walk
  alias PacketFlow.Runtime.Words
  alias PacketFlow.Violation

  # The member of a draft that names a message which is framed text.
  @tag "(tag)"

  @units %{"ms" => 1, "s" => 1_000, "min" => 60_000, "h" => 3_600_000, "d" => 86_400_000}

  @doc "Reads the JSON form: the message as it is sent, without what is to be filled in."
  @spec parse(Schema.t(), String.t()) :: {:ok, Decoded.t()} | {:error, Refused.t()}
  def parse(schema, text) do
    case read(schema, text) do
      {:ok, value} ->
        of_members(schema, value)

      {:unreadable, rule, at} ->
        {expected, actual} = Refusals.unreadable(rule, at, text, schema)
        {:error, %Refused{violations: [violation("", Atom.to_string(rule), expected, actual)]}}
    end
  end

  @doc "The draft that an object's members make."
  @spec of_members(Schema.t(), Values.t()) :: {:ok, Decoded.t()} | {:error, Refused.t()}
  def of_members(schema, value) do
    names = if schema.framing, do: [""], else: schema.tag_names

    case Enum.find_value(names, &named(schema, &1, value)) do
      nil when schema.framing != nil ->
        expected = "an object with \"#{@tag}\": #{Framed.expected_tags(schema)}"
        {:error, %Refused{violations: [violation("", "type", expected, value |> Values.text_of() |> Words.shorten())]}}

      nil ->
        with {:ok, _} <- Walk.decode(schema, Values.text_of(value)),
             do: {:error, %Refused{violations: [violation("", "type", "a message", "another")]}}

      {message, tag} ->
        {:object, members} = value
        {:ok, sorted(schema, message, tag, members)}
    end
  end

  @doc "The message, with the defaults of what is left out. It need not conform."
  @spec filled(Schema.t(), Decoded.t()) :: Decoded.t()
  def filled(schema, draft) do
    message = elem(schema.messages, draft.message)

    body =
      case {elem(schema.types, message.body), draft.body || {:object, []}} do
        {%{kind: :record} = type, {:object, members}} -> {:object, fill(type.members, members)}
        {_, body} -> body
      end

    %{draft | envelope: fill(elem(schema.envelopes, message.envelope).members, draft.envelope), body: body}
  end

  @doc "An object of members that are given; of the others, and of those that may be absent and are none, the default."
  @spec with_defaults([Schema.Member.t()], Values.members()) :: Values.t()
  def with_defaults(members, given) do
    made =
      for member <- members,
          value = given_or_default(member, Values.fetch(given, member.name)),
          value != :absent,
          do: {member.name, unwrapped(value)}

    {:object, made}
  end

  @doc "The persisted variables of a stored object; none where it does not conform."
  @spec load(Schema.t(), [map()], String.t() | nil) :: [Values.t()]
  def load(schema, persists, stored) do
    members =
      case stored && read(schema, stored) do
        {:ok, value} -> value
        _ -> nil
      end

    for var <- persists do
      with {:ok, value} <- Values.member(members, var.name),
           {:ok, value} <- Walk.decode_value(schema, var.type, Values.text_of(value)) do
        value
      else
        _ -> nil
      end
    end
  end

  @doc """
  The values of a role's options: those that are given, else as declared.

  Durations are milliseconds, or text such as `"45 s"`. Raises `Refused` with all that is wrong.
  """
  @spec options(Schema.t(), map(), Values.members()) :: tuple()
  def options(schema, role, given) do
    {values, violations} =
      Enum.reduce(role.options, {{}, []}, fn var, {values, violations} ->
        {value, wrong} = option(schema, role, var, Values.fetch(given, var.name), values)
        {Tuple.append(values, value), violations ++ wrong}
      end)

    known = Enum.map(role.options, & &1.name)
    unknown = for {name, _} <- given, name not in known, do: unknown(name, known)
    if violations ++ unknown == [], do: values, else: raise(Refused, violations: violations ++ unknown)
  end

  defp option(schema, _, %{init: nil, nullable: false} = var, :error, _),
    do: {nil, [violation("/" <> var.name, "required", Shapes.kind_of(schema, var.type), "nothing")]}

  defp option(schema, role, var, :error, before),
    do: {var.init |> Evaluate.eval(Machine.chosen(schema, role, before)) |> elem(0), []}

  defp option(_, _, %{nullable: true}, {:ok, nil}, _), do: {nil, []}

  defp option(schema, _, %{duration: true} = var, {:ok, text}, _) when is_binary(text) do
    case Regex.run(~r/\A\s*([0-9_]+)\s*(ms|s|min|h|d)\s*\z/, text) do
      [_, number, unit] ->
        read_option(schema, var, Integer.to_string(String.to_integer(String.replace(number, "_", "")) * @units[unit]))

      nil ->
        {0, [violation("/" <> var.name, "type", "a duration such as \"45 s\", or milliseconds", Values.quote_text(text))]}
    end
  end

  defp option(schema, _, var, {:ok, value}, _), do: read_option(schema, var, Values.text_of(value))

  defp read_option(schema, var, text) do
    case Walk.decode_value(schema, var.type, text) do
      {:ok, value} -> {value, []}
      {:error, refused} -> {nil, Enum.map(refused.violations, &%{&1 | pointer: "/#{var.name}#{&1.pointer}"})}
    end
  end

  defp unknown(name, known), do: violation("/" <> name, "one_of", "one of #{Enum.join(known, ", ")}", "the unknown option `#{name}`")

  defp read(schema, text) do
    with {:ok, node} <- Tape.parse(text, schema.limits.depth, schema.limits.list, schema.limits.members),
         do: {:ok, Tape.value(text, node)}
  end

  defp named(schema, name, value) do
    with {:ok, tag} when is_binary(tag) <- Values.member(value, tag_name(name)),
         message when message != nil <- Schema.find(schema, name, tag) do
      {message, tag}
    else
      _ -> nil
    end
  end

  defp tag_name(""), do: @tag
  defp tag_name(name), do: name

  defp sorted(schema, message, tag, members) do
    envelope = elem(schema.envelopes, elem(schema.messages, message).envelope)
    {own, others} = Enum.split_with(members, fn {name, _} -> Enum.any?(envelope.members, &(&1.name == name)) end)

    body =
      case envelope.body && Values.fetch(members, envelope.body) do
        nil -> {:object, List.keydelete(others, tag_name(envelope.tag), 0)}
        {:ok, body} -> body
        :error -> nil
      end

    %Decoded{message: message, tag: tag, envelope: own, body: body}
  end

  defp fill(members, given) do
    Enum.reduce(members, given, fn member, made ->
      if member.fill == nil or List.keymember?(made, member.name, 0), do: made, else: Values.put(made, member.name, member.fill_value)
    end)
  end

  # A value is wrapped, since one that is none or false counts too.
  defp given_or_default(%{required: true}, {:ok, value}), do: {:value, value}
  defp given_or_default(_, {:ok, value}) when value != nil, do: {:value, value}
  defp given_or_default(%{fill: nil}, _), do: :absent
  defp given_or_default(member, _), do: {:value, member.fill_value}

  defp unwrapped({:value, value}), do: value

  defp violation(pointer, rule, expected, actual), do: %Violation{pointer: pointer, rule: rule, expected: expected, actual: actual}
end
