# @generated: comes with what ltpc writes for Elixir, and is the same for every protocol but for the name of its module.
defmodule PacketFlow.Runtime.Walk do
  @moduledoc "Reading by the tables: accepts, or explains everything that is wrong."

  alias PacketFlow.Refused
  alias PacketFlow.Runtime.Decoded
  alias PacketFlow.Runtime.Findings
  alias PacketFlow.Runtime.Refusals
  alias PacketFlow.Runtime.Schema
  alias PacketFlow.Runtime.Shapes
  alias PacketFlow.Runtime.Tape
  alias PacketFlow.Runtime.Values
  alias PacketFlow.Runtime.Words
  alias PacketFlow.Violation

  @typedoc "The text that is walked over, its schema, and what the envelope's members say of encodings."
  @type t :: %{schema: Schema.t(), text: String.t(), encodings: %{String.t() => String.t()}}

  @nothing "nothing"

  @doc "Reads and validates one message; else everything that is wrong with it."
  @spec decode(Schema.t(), binary()) :: {:ok, Decoded.t()} | {:error, Refused.t()}
  def decode(schema, octets) do
    case read(schema, octets) do
      {:ok, node} ->
        {decoded, findings} = message(%{schema: schema, text: octets, encodings: %{}}, node)

        case Findings.finish(findings) do
          [] when decoded != nil -> {:ok, decoded}
          [] -> refused(schema, octets, node, [violation("type", "a message", "another")])
          violations -> refused(schema, octets, node, violations)
        end

      {:unreadable, rule, at} ->
        {expected, actual} = Refusals.unreadable(rule, at, octets, schema)
        refused(schema, octets, nil, [violation(Atom.to_string(rule), expected, actual)])
    end
  end

  @doc "Reads one value of a type, as if it stood by itself."
  @spec decode_value(Schema.t(), non_neg_integer(), binary()) :: {:ok, Values.t()} | {:error, Refused.t()}
  def decode_value(schema, type, octets) do
    with {:ok, node} <- read(schema, octets),
         walk = %{schema: schema, text: octets, encodings: %{}},
         {value, findings} = Shapes.value(walk, node, type, [], %Findings{}),
         [] <- Findings.finish(findings) do
      {:ok, value}
    else
      {:unreadable, rule, at} ->
        {expected, actual} = Refusals.unreadable(rule, at, octets, schema)
        violations = [violation(Atom.to_string(rule), expected, actual)]
        {:error, %Refused{violations: violations, size: byte_size(octets)}}

      violations ->
        {:error, %Refused{violations: violations, size: byte_size(octets)}}
    end
  end

  @doc "A default, as a value of its type; `:unknown` where there is none."
  @spec constant(Schema.t(), non_neg_integer(), String.t() | nil) :: Values.t() | :unknown
  def constant(_, _, nil), do: :unknown

  def constant(schema, type, text) do
    {:ok, node} = Tape.parse(text, 256, :infinity, :infinity)
    {value, _} = Shapes.value(%{schema: schema, text: text, encodings: %{}}, node, type, [], %Findings{})
    value
  end

  defp read(%{limits: limits}, octets) do
    with true <- byte_size(octets) <= limits.message,
         :ok <- utf8(octets) do
      Tape.parse(octets, limits.depth, limits.list, limits.members)
    else
      false -> {:unreadable, :size, limits.message}
      refused -> refused
    end
  end

  defp utf8(octets) do
    case :unicode.characters_to_binary(octets) do
      {_, good, _} -> {:unreadable, :utf8, byte_size(good)}
      _ -> :ok
    end
  end

  defp refused(schema, octets, node, violations) do
    {tag, name} = Refusals.named(schema, octets, node)
    readable = Refusals.readable(schema, octets, node)
    {:error, %Refused{violations: violations, tag: tag, name: name, size: byte_size(octets), readable: readable}}
  end

  defp violation(rule, expected, actual), do: %Violation{pointer: "", rule: rule, expected: expected, actual: actual}

  # The tag names the message, the envelope holds it.
  defp message(walk, {:object, _, _, _, _} = root) do
    case which(walk, root) do
      {{index, tag}, findings} ->
        message = elem(walk.schema.messages, index)
        carried(walk, root, {index, tag, message}, elem(walk.schema.envelopes, message.envelope), findings)

      {nil, findings} ->
        {nil, Shapes.audit(walk, root, [], findings)}
    end
  end

  defp message(walk, root) do
    findings = Findings.note(%Findings{}, [], "type", "an object", Tape.raw(walk.text, root))
    {nil, Shapes.audit(walk, root, [], findings)}
  end

  defp which(%{schema: schema} = walk, {:object, _, _, count, items} = root) do
    if count > schema.limits.members do
      {nil, %Findings{}}
    else
      standing = Enum.filter(schema.tag_names, &(Shapes.find(items, &1) != nil))

      case Enum.find_value(standing, &named(schema, &1, Shapes.find(items, &1))) do
        nil -> unnamed(walk, root, List.first(standing) || List.first(schema.tag_names) || "")
        found -> {found, %Findings{}}
      end
    end
  end

  defp named(schema, name, {:string, _, _, tag}) do
    index = byte_size(tag) <= schema.limits.string && Schema.find(schema, name, tag)
    index && {index, tag}
  end

  defp named(_, _, _), do: nil

  defp unnamed(%{schema: schema} = walk, root, name) do
    tags =
      for message <- Tuple.to_list(schema.messages), elem(schema.envelopes, message.envelope).tag != "" do
        if message.tag, do: Values.quote_text(message.tag), else: "text that matches `#{message.pattern.source}`"
      end

    expected = Words.listed(tags)

    case Shapes.tag(walk, root, name, expected, [], %Findings{}) do
      {nil, findings} -> {nil, findings}
      {tag, findings} -> {nil, Findings.note_at(findings, [], name, "unknown_tag", expected, Values.quote_text(tag))}
    end
  end

  defp carried(walk, {_, _, _, _, items} = root, {index, tag, message}, envelope, findings) do
    type = elem(walk.schema.types, message.body)
    record? = type.kind == :record
    beside? = envelope.body == nil or (message.flat and Shapes.find(items, envelope.body) == nil)
    flat = if beside? and record?, do: type.members, else: []
    members = envelope.members ++ flat
    by_name = if flat == [], do: envelope.by_name, else: Schema.places(members)

    case Shapes.sort(walk, root, {by_name, members, envelope.tag, envelope.body}, [], findings) do
      {nil, findings} ->
        {nil, findings}

      {found, findings} ->
        walk = %{walk | encodings: encodings(walk.schema, envelope.members, found)}
        {own, findings} = Shapes.declared(walk, found, 0, envelope.members, [], findings)
        first = length(envelope.members)

        {body, findings} =
          if beside?,
            do: beside(walk, found, first, {message, envelope, type, record?}, findings),
            else: inside(walk, found, {message, envelope, type, record?}, Shapes.audit_unknown(walk, found, [], findings))

        {%Decoded{message: index, tag: tag, envelope: own, body: body}, findings}
    end
  end

  defp encodings(schema, members, found) do
    for {member, index} <- Enum.with_index(members), text?(schema, member.type), into: %{} do
      {member.name, Shapes.encoding(member, Map.get(found.places, index))}
    end
  end

  defp text?(schema, type), do: (schema |> Schema.unwrap(type) |> elem(0)).kind in [:enum, :string]

  defp inside(walk, found, {message, envelope, type, record?}, findings) do
    cond do
      found.body != nil ->
        Shapes.value(walk, elem(found.body, 1), message.body, Findings.enter([], envelope.body), findings)

      envelope.body_optional and empty?(type, record?) ->
        Shapes.value(%{walk | text: "{}"}, {:object, 0, 2, 0, []}, message.body, [], findings)

      true ->
        {nil, Findings.note_at(findings, [], envelope.body, "required", "an object", @nothing)}
    end
  end

  defp beside(walk, found, _, {_, _, _, false}, findings) do
    members = Values.separated(found.unknown, fn {name, value} -> [Tape.raw(walk.text, name), ?:, Tape.raw(walk.text, value)] end)

    {{:raw, IO.iodata_to_binary([?{, members, ?}])}, Shapes.audit_unknown(walk, found, [], findings)}
  end

  defp beside(walk, found, first, {message, envelope, type, true}, findings) do
    some? = Enum.any?(Map.keys(found.places), &(&1 >= first))

    if envelope.body != nil and not some? and not empty?(type, true) do
      findings = Shapes.audit_unknown(walk, found, [], findings)
      expected = "an object (or the members of #{message.name} beside the others)"
      {nil, Findings.note_at(findings, [], envelope.body, "required", expected, @nothing)}
    else
      {members, findings} = Shapes.declared(walk, found, first, type.members, [], findings)
      {rest, findings} = Shapes.rest(walk, found, type.open, [], findings)
      {{:object, members ++ rest}, findings}
    end
  end

  defp empty?(type, record?), do: not record? or not Enum.any?(type.members, & &1.required)
end
