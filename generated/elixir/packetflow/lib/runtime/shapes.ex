# @generated: comes with what ltpc writes for Elixir, and is the same for every protocol but for the name of its module.
defmodule PacketFlow.Runtime.Shapes do
  @moduledoc """
  Values of each type. What is given back counts only if nothing was noted.

  Each function takes the walk, what stands there, the place and what was found so far, and gives back the value with what was found.
  """

  alias PacketFlow.Runtime.Documents
  alias PacketFlow.Runtime.Findings
  alias PacketFlow.Runtime.Schema
  alias PacketFlow.Runtime.Scalars
  alias PacketFlow.Runtime.Tape
  alias PacketFlow.Runtime.Values
  alias PacketFlow.Runtime.Walk
  alias PacketFlow.Runtime.Words

  @typedoc "An object's members by what the schema calls them: each the node of its name and of its value."
  @type sorted :: %{tag: place() | nil, body: place() | nil, places: %{non_neg_integer() => place()}, unknown: [place()]}
  @type place :: {Tape.node_(), Tape.node_()}

  @nothing "nothing"
  @once "a name that stands once"
  @kinds %{
    json: "a value",
    payload: "a value",
    bool: "true or false",
    int: "an integer",
    uint: "an unsigned integer",
    float: "a number",
    string: "a string",
    enum: "a string",
    list: "a list",
    object: "an object",
    map: "an object",
    record: "an object",
    union: "an object"
  }

  @doc "The kind of value that a type is, in words."
  @spec kind_of(Schema.t(), non_neg_integer()) :: String.t()
  def kind_of(schema, id) do
    case elem(schema.types, id) do
      %{kind: :nullable, of: of} -> kind_of(schema, of) <> " or null"
      %{kind: kind} -> Map.fetch!(@kinds, kind)
    end
  end

  @doc "A value of a type."
  @spec value(Walk.t(), Tape.node_(), non_neg_integer(), Findings.path(), Findings.t()) :: {Values.t(), Findings.t()}
  def value(walk, node, id, path, findings) do
    if Findings.full?(findings) do
      {nil, findings}
    else
      {type, nullable} = Schema.unwrap(walk.schema, id)
      typed(walk, node, type, {nullable, id}, path, findings)
    end
  end

  defp typed(_, {:null, _, _}, _, {true, _}, _, findings), do: {nil, findings}

  defp typed(walk, {:string, _, _, _} = node, %{kind: :string} = type, _, path, findings),
    do: Scalars.text(walk, node, type, path, findings)

  defp typed(walk, {:string, _, _, _} = node, %{kind: :enum} = type, _, path, findings),
    do: Scalars.variant(walk, node, type, path, findings)

  defp typed(walk, {:number, _, _, _} = node, %{kind: :float} = type, _, path, findings),
    do: Scalars.double(Tape.raw(walk.text, node), type, path, findings)

  defp typed(walk, {:number, _, _, true} = node, %{kind: kind} = type, _, path, findings) when kind in [:int, :uint],
    do: Scalars.integer(Tape.raw(walk.text, node), type, path, findings)

  defp typed(_, {:bool, _, _, truth}, %{kind: :bool}, _, _, findings), do: {truth, findings}
  defp typed(walk, {:list, _, _, _, _} = node, %{kind: :list} = type, _, path, findings), do: list(walk, node, type, path, findings)

  defp typed(walk, {:object, _, _, _, _} = node, %{kind: kind} = type, _, path, findings) when kind in [:record, :union, :map],
    do: object(kind, walk, node, type, path, findings)

  defp typed(walk, {:object, _, _, _, _} = node, %{kind: :object}, _, path, findings), do: raw(walk, node, path, findings)
  defp typed(walk, node, %{kind: kind}, _, path, findings) when kind in [:json, :payload], do: raw(walk, node, path, findings)

  defp typed(walk, node, _, {_, id}, path, findings) do
    findings = Findings.note(findings, path, "type", kind_of(walk.schema, id), Tape.raw(walk.text, node))
    {nil, audit(walk, node, path, findings)}
  end

  @doc "A value that is carried as it stands."
  @spec raw(Walk.t(), Tape.node_(), Findings.path(), Findings.t()) :: {Values.t(), Findings.t()}
  def raw(walk, node, path, findings), do: {{:raw, Tape.raw(walk.text, node)}, audit(walk, node, path, findings)}

  defp list(walk, {_, _, _, _, items} = node, type, path, findings) do
    case few_enough(walk, node, path, findings) do
      {true, findings} ->
        findings = counted(walk, node, type, path, "item", findings)
        items(items, 0, walk, type.of, path, findings, [])

      {false, findings} ->
        {nil, findings}
    end
  end

  defp items([], _, _, _, _, findings, made), do: {Enum.reverse(made), findings}

  defp items([item | rest], index, walk, of, path, findings, made) do
    {value, findings} = value(walk, item, of, [Integer.to_string(index) | path], findings)
    if Findings.full?(findings), do: {made, findings}, else: items(rest, index + 1, walk, of, path, findings, [value | made])
  end

  defp object(:record, walk, node, type, path, findings) do
    case sort(walk, node, {type.by_name, type.members, nil, nil}, path, findings) do
      {nil, findings} ->
        {nil, findings}

      {found, findings} ->
        {members, findings} = declared(walk, found, 0, type.members, path, findings)
        {rest, findings} = rest(walk, found, type.open, path, findings)
        {{:object, members ++ rest}, findings}
    end
  end

  defp object(:map, walk, node, type, path, findings) do
    case sort(walk, node, {%{}, [], nil, nil}, path, findings) do
      {nil, findings} ->
        {nil, findings}

      {found, findings} ->
        findings = counted(walk, node, type, path, "member", findings)

        {members, findings} =
          Enum.map_reduce(found.unknown, findings, fn {{_, _, _, name}, item}, findings ->
            {value, findings} = value(walk, item, type.of, Findings.enter(path, name), findings)
            {{name, value}, findings}
          end)

        {{:object, members}, findings}
    end
  end

  defp object(:union, walk, node, type, path, findings) do
    case tag(walk, node, type.tag, Words.one_of(type.case_names), path, findings) do
      {nil, findings} -> {nil, audit(walk, node, path, findings)}
      {tag, findings} -> union_case(walk, node, type, tag, path, findings)
    end
  end

  defp union_case(walk, node, %{cases: cases} = type, tag, path, findings) when is_map_key(cases, tag) do
    record = elem(walk.schema.types, cases[tag])

    case sort(walk, node, {record.by_name, record.members, type.tag, nil}, path, findings) do
      {nil, findings} ->
        {nil, findings}

      {found, findings} ->
        {members, findings} = declared(walk, found, 0, record.members, path, findings)
        {rest, findings} = rest(walk, found, record.open, path, findings)
        {{:object, [{type.tag, tag} | members ++ rest]}, findings}
    end
  end

  defp union_case(walk, node, %{open: true}, _, path, findings), do: raw(walk, node, path, findings)

  defp union_case(walk, node, type, tag, path, findings) do
    expected = Words.one_of(type.case_names)
    findings = Findings.note_at(findings, path, type.tag, "one_of", expected, Values.quote_text(tag))
    raw(walk, node, path, findings)
  end

  @doc "The text of the member that tells what an object is."
  @spec tag(Walk.t(), Tape.node_(), String.t(), String.t(), Findings.path(), Findings.t()) :: {String.t() | nil, Findings.t()}
  def tag(walk, {_, _, _, _, items}, name, expected, path, findings) do
    case find(items, name) do
      nil ->
        {nil, Findings.note_at(findings, path, name, "required", expected, @nothing)}

      {:string, _, _, tag} = node ->
        {short, findings} = short_enough(walk, node, Findings.enter(path, name), findings)
        {if(short, do: tag), findings}

      node ->
        {nil, Findings.note_at(findings, path, name, "type", "a string", Tape.raw(walk.text, node))}
    end
  end

  @doc "Members that are declared, whose places are numbered from `first`."
  @spec declared(Walk.t(), sorted(), non_neg_integer(), [Schema.Member.t()], Findings.path(), Findings.t()) ::
          {Values.members(), Findings.t()}
  def declared(walk, found, first, members, path, findings),
    do: declared(members, first, walk, {found.places, first, members}, path, findings, [])

  defp declared([], _, _, _, _, findings, made), do: {Enum.reverse(made), findings}

  defp declared([member | rest], index, walk, {places, _, _} = among, path, findings, made) do
    case places do
      %{^index => place} ->
        {value, findings} =
          if member.payload,
            do: Documents.payload(walk, member, place, among, path, findings),
            else: value(walk, elem(place, 1), member.type, Findings.enter(path, written(member, place)), findings)

        declared(rest, index + 1, walk, among, path, findings, [{member.name, value} | made])

      _ when member.default != nil ->
        declared(rest, index + 1, walk, among, path, findings, [{member.name, default(walk.schema, member)} | made])

      _ when member.optional ->
        declared(rest, index + 1, walk, among, path, findings, made)

      _ ->
        findings = Findings.note_at(findings, path, member.name, "required", kind_of(walk.schema, member.type), @nothing)
        declared(rest, index + 1, walk, among, path, findings, made)
    end
  end

  # While the tables are read, defaults are not known yet.
  defp default(schema, %{default_value: :unknown} = member), do: Walk.constant(schema, member.type, member.default)
  defp default(_, member), do: member.default_value

  @doc "Members that are not declared: kept where the record is open."
  @spec rest(Walk.t(), sorted(), boolean(), Findings.path(), Findings.t()) :: {Values.members(), Findings.t()}
  def rest(walk, found, open, path, findings) do
    findings = audit_unknown(walk, found, path, findings)
    kept = if open, do: Enum.map(found.unknown, fn {{_, _, _, name}, item} -> {name, {:raw, Tape.raw(walk.text, item)}} end), else: []
    {kept, findings}
  end

  @doc "An object's members by their places; notes names that stand twice or are too long, and too many members."
  @spec sort(Walk.t(), Tape.node_(), tuple(), Findings.path(), Findings.t()) :: {sorted() | nil, Findings.t()}
  def sort(walk, {:object, _, _, _, items} = node, by, path, findings) do
    case few_enough(walk, node, path, findings) do
      {true, findings} ->
        sorted = %{tag: nil, body: nil, places: %{}, unknown: [], names: %{}}
        {sorted, findings} = Enum.reduce(items, {sorted, findings}, &place(&1, &2, walk, by, path))
        {%{sorted | unknown: Enum.reverse(sorted.unknown)}, findings}

      {false, findings} ->
        {nil, findings}
    end
  end

  def sort(walk, node, _, path, findings), do: {nil, Findings.note(findings, path, "type", "an object", Tape.raw(walk.text, node))}

  defp place({{_, _, _, text} = name, value} = item, {sorted, findings}, walk, by, path) do
    case short_enough(walk, name, path, findings) do
      {false, findings} ->
        {sorted, findings}

      {true, findings} ->
        case sorted_in(text, item, sorted, by) do
          {:twice, expected} ->
            {sorted, Findings.note_at(findings, path, text, "duplicate", expected, Tape.raw(walk.text, value))}

          sorted ->
            {sorted, findings}
        end
    end
  end

  defp sorted_in(text, item, sorted, {_, _, text, _}), do: if(sorted.tag, do: {:twice, @once}, else: %{sorted | tag: item})
  defp sorted_in(text, item, sorted, {_, _, _, text}), do: if(sorted.body, do: {:twice, @once}, else: %{sorted | body: item})

  defp sorted_in(text, item, sorted, {by_name, members, _, _}) do
    case by_name do
      %{^text => index} when is_map_key(sorted.places, index) -> {:twice, one_name(Enum.at(members, index))}
      %{^text => index} -> %{sorted | places: Map.put(sorted.places, index, item)}
      _ when is_map_key(sorted.names, text) -> {:twice, @once}
      _ -> %{sorted | unknown: [item | sorted.unknown], names: Map.put(sorted.names, text, true)}
    end
  end

  defp one_name(%{accepts: []}), do: @once
  defp one_name(member), do: "only one of its names (#{member.name}, #{Enum.join(member.accepts, ", ")})"

  @doc "Notes what breaks a rule for every value, whatever its type: names that stand twice, and the limits."
  @spec audit(Walk.t(), Tape.node_(), Findings.path(), Findings.t()) :: Findings.t()
  def audit(walk, node, path, findings), do: if(Findings.full?(findings), do: findings, else: audited(walk, node, path, findings))

  defp audited(walk, {:string, _, _, _} = node, path, findings), do: walk |> short_enough(node, path, findings) |> elem(1)

  defp audited(walk, {:list, _, _, _, items} = node, path, findings) do
    case few_enough(walk, node, path, findings) do
      {true, findings} ->
        items
        |> Enum.with_index()
        |> Enum.reduce(findings, fn {item, index}, findings -> audit(walk, item, [Integer.to_string(index) | path], findings) end)

      {false, findings} ->
        findings
    end
  end

  defp audited(walk, {:object, _, _, _, _} = node, path, findings) do
    case sort(walk, node, {%{}, [], nil, nil}, path, findings) do
      {nil, findings} -> findings
      {found, findings} -> audit_unknown(walk, found, path, findings)
    end
  end

  defp audited(_, _, _, findings), do: findings

  @doc "The same of all members that are not declared."
  @spec audit_unknown(Walk.t(), sorted(), Findings.path(), Findings.t()) :: Findings.t()
  def audit_unknown(walk, found, path, findings) do
    Enum.reduce(found.unknown, findings, fn {{_, _, _, name}, item}, findings ->
      audit(walk, item, Findings.enter(path, name), findings)
    end)
  end

  @doc "Whether a string is within the limit; notes it if not."
  @spec short_enough(Walk.t(), Tape.node_(), Findings.path(), Findings.t()) :: {boolean(), Findings.t()}
  def short_enough(%{schema: %{limits: %{string: most}}}, {:string, _, _, text}, _, findings) when byte_size(text) <= most,
    do: {true, findings}

  def short_enough(walk, {:string, _, _, text}, path, findings) do
    expected = Words.length(0, walk.schema.limits.string, "octet")
    {false, Findings.note(findings, path, "string_size", expected, Words.count(byte_size(text), "octet"))}
  end

  defp few_enough(%{schema: %{limits: limits}}, {shape, _, _, count, _}, path, findings) do
    {limit, one, rule} = if shape == :list, do: {limits.list, "item", "list_size"}, else: {limits.members, "member", "members"}

    if count > limit,
      do: {false, Findings.note(findings, path, rule, Words.length(0, limit, one), Words.count(count, one))},
      else: {true, findings}
  end

  defp counted(_, _, %{length: nil}, _, _, findings), do: findings

  defp counted(walk, {_, _, _, count, _} = node, %{length: {least, most}}, path, one, findings) do
    if count < least or (most != nil and count > most),
      do: Findings.note(findings, path, "length", Words.length(least, most, one), Tape.raw(walk.text, node)),
      else: findings
  end

  @doc "The value of a member, by its name."
  @spec find([place()], String.t()) :: Tape.node_() | nil
  def find([], _), do: nil
  def find([{{_, _, _, name}, value} | _], name), do: value
  def find([_ | rest], name), do: find(rest, name)

  @doc "What a member was read from: the name that stood there, or its own."
  @spec written(Schema.Member.t(), place() | nil) :: String.t()
  def written(%{accepts: []} = member, _), do: member.name
  def written(member, nil), do: member.name
  def written(_, {{_, _, _, name}, _}), do: name

  @doc "The encoding that a member names; absent means JSON."
  @spec encoding(Schema.Member.t(), place() | nil) :: String.t()
  def encoding(member, nil), do: default_text(member) || "json"
  def encoding(_, {_, {:string, _, _, text}}), do: text
  def encoding(_, {_, {:null, _, _}}), do: "json"
  def encoding(_, _), do: ""

  @doc "The text that a member's default is."
  @spec default_text(Schema.Member.t()) :: String.t() | nil
  def default_text(%{default: <<?", _::binary>> = text}) do
    {:ok, {:string, _, _, said}} = Tape.parse(text, 1, :infinity, :infinity)
    said
  end

  def default_text(_), do: nil
end
