# @generated: comes with what ltpc writes for Elixir, and is the same for every protocol but for the name of its module.
defmodule PacketFlow.Runtime.Schema do
  @moduledoc "A protocol's tables, read once: when the package is compiled."

  alias PacketFlow.Runtime.Framing
  alias PacketFlow.Runtime.Pattern
  alias PacketFlow.Runtime.Tape
  alias PacketFlow.Runtime.Values
  alias PacketFlow.Runtime.Walk

  defmodule Member do
    @moduledoc """
    A member of a record or an envelope.

    `default` is what absent means, as canonical text, `fill` what a sender says where nothing is said; `default_value` and `fill_value` are
    the same as values. `payload` is the payload that its type is, `null` aside.
    """
    defstruct [:name, :type, :payload, :default, :fill, accepts: [], optional: false, always: false] ++
                [default_value: :unknown, fill_value: :unknown, required: false]

    @type t :: %__MODULE__{}
  end

  defmodule Type do
    @moduledoc "What a value may be."
    defstruct [:kind, :length, :pattern, :format, :of, :toon_key, :tag, :kind_member, :encoding, name: ""] ++
                [ranges: [], one_of: [], members: [], by_name: %{}, open: false, variants: [], cases: %{}] ++
                [case_names: [], encoding_in_envelope: false, id: 0]

    @type t :: %__MODULE__{}
  end

  defmodule Envelope do
    @moduledoc "What carries messages."
    defstruct [:name, :tag, :body, members: [], by_name: %{}, position: 0, body_optional: false]

    @type t :: %__MODULE__{}
  end

  defmodule Message do
    @moduledoc "A message."
    defstruct [:name, :tag, :pattern, :envelope, :body, :flat]

    @type t :: %__MODULE__{}
  end

  defstruct [:protocol, :version, :limits, :types, :envelopes, :messages, :framing] ++
              [tiers: {}, digests: {}, sessions: [], tag_names: [], groups: {}, works: {}, decoder: nil, encoder: nil]

  @type t :: %__MODULE__{}

  @doc "Reads the tables' text; `decoder` reads what is canonical, and `encoder` writes what conforms, by generated code, if there are such."
  @spec read!(String.t(), module() | nil, module() | nil) :: t()
  def read!(text, decoder \\ nil, encoder \\ nil) do
    {:ok, root} = Tape.parse(text, 256, :infinity, :infinity)
    tables = text |> Tape.value(root) |> Values.plain()
    types = tables["types"] |> Enum.with_index() |> Enum.map(&type/1) |> List.to_tuple()
    envelopes = tables["envelopes"] |> Enum.map(&envelope/1) |> List.to_tuple()

    schema = %__MODULE__{
      protocol: tables["protocol"],
      version: tables["version"],
      limits: atoms(tables["limits"]),
      types: types,
      envelopes: envelopes,
      messages: tables["messages"] |> Enum.map(&message/1) |> List.to_tuple(),
      tiers: tables["tiers"] |> Enum.map(&atoms/1) |> List.to_tuple(),
      digests: tables["digests"] |> Enum.map(&atoms/1) |> List.to_tuple(),
      sessions: atoms(tables["sessions"]),
      framing: Framing.new(tables["framing"]),
      groups: tables["groups"] |> List.wrap() |> atoms() |> List.to_tuple(),
      works: tables["works"] |> List.wrap() |> atoms() |> List.to_tuple(),
      tag_names: envelopes |> Tuple.to_list() |> Enum.map(& &1.tag) |> Enum.reject(&(&1 == "")) |> Enum.uniq()
    }

    %{schema | decoder: decoder, encoder: encoder}
    |> each_member(&payload(schema, &1))
    |> then(&each_member(&1, fn member -> values(&1, member) end))
  end

  @doc "A type, `null` aside, and whether `null` may stand there."
  @spec unwrap(t(), non_neg_integer()) :: {Type.t(), boolean()}
  def unwrap(schema, id) do
    case elem(schema.types, id) do
      %{kind: :nullable, of: of} -> {schema |> unwrap(of) |> elem(0), true}
      type -> {type, false}
    end
  end

  @doc "A role's table, by its names in the schema."
  @spec role(t(), String.t(), String.t()) :: map()
  def role(schema, session, role) do
    %{roles: roles} = Enum.find(schema.sessions, &(&1.name == session))
    Enum.find(roles, &(&1.name == role))
  end

  @doc "The message that a tag's text names, where the tag member has that name."
  @spec find(t(), String.t(), String.t()) :: non_neg_integer() | nil
  def find(schema, member, tag) do
    there = for {message, index} <- indexed(schema.messages), elem(schema.envelopes, message.envelope).tag == member, do: {message, index}

    found =
      Enum.find(there, fn {message, _} -> message.tag == tag end) ||
        Enum.find(there, fn {message, _} -> message.pattern != nil and Pattern.matches?(message.pattern, tag) end)

    with {_, index} <- found, do: index
  end

  @doc "The members of a message's body; none if it is any object."
  @spec body_members(t(), non_neg_integer()) :: [Member.t()]
  def body_members(schema, message), do: elem(schema.types, elem(schema.messages, message).body).members

  @doc "What stands in a tuple, each with its index."
  @spec indexed(tuple()) :: [{term(), non_neg_integer()}]
  def indexed(tuple), do: tuple |> Tuple.to_list() |> Enum.with_index()

  @doc "Which member each name is read as."
  @spec places([Member.t()]) :: %{String.t() => non_neg_integer()}
  def places(members) do
    for {member, index} <- Enum.reverse(Enum.with_index(members)), name <- Enum.reverse([member.name | member.accepts]), into: %{} do
      {name, index}
    end
  end

  defp type({table, id}) do
    members = Enum.map(table["members"] || [], &member/1)
    cases = table["cases"] || table["kinds"] || []
    encoding = table["encoding"]

    %Type{
      id: id,
      kind: String.to_atom(table["is"]),
      name: table["name"] || "",
      ranges: ranges(table["is"], table["ranges"] || []),
      length: bounds(table["length"]),
      one_of: table["one_of"] || [],
      pattern: table["pattern"] && Pattern.new(table["pattern"]),
      format: table["format"] && String.to_atom(table["format"]),
      of: table["of"],
      toon_key: table["toon_key"],
      members: members,
      by_name: places(members),
      open: table["open"] || false,
      variants: table["variants"] || [],
      tag: table["tag"],
      cases: Map.new(cases, fn [name, of] -> {name, of} end),
      case_names: Enum.map(cases, &hd/1),
      kind_member: if(is_binary(table["kind"]), do: table["kind"]),
      encoding: encoding && encoding["name"],
      encoding_in_envelope: (encoding && encoding["envelope"]) || false
    }
  end

  defp ranges("float", ranges), do: Enum.map(ranges, fn [start, stop, included] -> {float(start), float(stop), included} end)
  defp ranges(_, ranges), do: Enum.map(ranges, fn [start, stop] -> {integer(start), integer(stop)} end)

  defp bounds(nil), do: nil
  defp bounds([least, most]), do: {integer(least), integer(most)}

  defp integer(text) when is_binary(text), do: String.to_integer(text)
  defp integer(number), do: number

  defp float(nil), do: nil
  defp float(number), do: number * 1.0

  defp member(table) do
    optional = table["optional"] || false

    %Member{
      name: table["name"],
      type: table["type"],
      accepts: table["accepts"] || [],
      optional: optional,
      default: table["default"],
      always: table["always"] || false,
      fill: table["fill"] || table["default"],
      required: not optional and table["default"] == nil
    }
  end

  defp envelope(table) do
    members = Enum.map(table["members"], &member/1)
    body = table["body"]

    %Envelope{
      name: table["name"],
      tag: table["tag"],
      members: members,
      by_name: places(members),
      body: body && body["name"],
      position: if(body, do: body["position"], else: length(members)),
      body_optional: (body && body["optional"]) || false
    }
  end

  defp message(table) do
    %Message{
      name: table["name"],
      tag: table["tag"],
      pattern: table["pattern"] && Pattern.new(table["pattern"]),
      envelope: table["envelope"],
      body: table["body"],
      flat: table["flat"]
    }
  end

  # Names of what sessions are made of are atoms: they are the table's own vocabulary.
  defp atoms(table) when is_map(table), do: Map.new(table, fn {name, value} -> {String.to_atom(name), named(name, value)} end)
  defp atoms(items) when is_list(items), do: Enum.map(items, &atoms/1)
  defp atoms(value), do: value

  defp named(name, value) when name in ["op", "on", "do", "base"] and is_binary(value), do: String.to_atom(value)
  defp named(_, value), do: atoms(value)

  defp each_member(schema, change) do
    changed = fn tuple -> tuple |> Tuple.to_list() |> Enum.map(&%{&1 | members: Enum.map(&1.members, change)}) |> List.to_tuple() end
    %{schema | types: changed.(schema.types), envelopes: changed.(schema.envelopes)}
  end

  defp payload(schema, member) do
    case unwrap(schema, member.type) do
      {%{kind: :payload} = payload, _} -> %{member | payload: payload}
      _ -> member
    end
  end

  defp values(schema, member) do
    %{
      member
      | default_value: Walk.constant(schema, member.type, member.default),
        fill_value: Walk.constant(schema, member.type, member.fill)
    }
  end
end
