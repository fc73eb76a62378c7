# @generated: comes with what ltpc writes for Elixir, and is the same for every protocol but for the name of its module.
defmodule PacketFlow.Runtime.Roles do
  @moduledoc "What the sides of sessions have in common: from an application's options to a session or a server."

  alias PacketFlow.Runtime.Binding
  alias PacketFlow.Runtime.Drafts
  alias PacketFlow.Runtime.Endpoint
  alias PacketFlow.Runtime.Machine
  alias PacketFlow.Runtime.Server
  alias PacketFlow.Runtime.Session
  alias PacketFlow.Runtime.Transport

  @typedoc "A role: its module, the tables, which session and role of them, its options with their names in the schema, and endpoints."
  @type role :: %{
          module: module(),
          tables: module(),
          role: {non_neg_integer(), non_neg_integer()},
          options: [{atom(), String.t()}],
          endpoints: [Endpoint.t()]
        }

  @own ~w[address endpoint handler limits name parallel plaintext preferred_encoding registry store taken tls url]a

  @doc "Names that options of a package have for themselves. An option of a schema that has one of them is called otherwise."
  @spec own() :: [atom()]
  def own, do: @own

  @doc """
  Starts a session that opens its transport. Raises `Refused` if an option of the role does not conform, and `ArgumentError` for an address
  that is not one of the protocol's.
  """
  @spec start_link(role(), keyword() | map()) :: GenServer.on_start()
  def start_link(role, given) do
    given = Map.new(given)
    endpoint = given[:endpoint] || Endpoint.find(role.endpoints, given[:url])
    uri = Endpoint.resolve(endpoint, given[:url], given[:plaintext] || false)
    schema = role.tables.schema()

    config = %{
      module: role.module,
      tables: role.tables,
      machine: machine(role, given),
      dial: fn -> Transport.dial(endpoint, uri, schema, given[:tls]) end,
      handler: Map.get(given, :handler, self()),
      store: given[:store],
      taken: given[:taken],
      policy: nil,
      preferred_encoding: given[:preferred_encoding]
    }

    Session.start_link(config, named(given))
  end

  @doc "Listens, and starts a session for each connection. Raises as `start_link/2`."
  @spec listen(role(), keyword() | map()) :: GenServer.on_start()
  def listen(role, given) do
    given = Map.new(given)
    endpoint = given[:endpoint] || Endpoint.find(role.endpoints, given[:address])
    schema = role.tables.schema()
    machine = machine(role, given)

    config = %{
      module: role.module,
      tables: role.tables,
      machine: machine,
      uri: where(endpoint, given),
      accept: fn socket -> Transport.accept(endpoint, socket, schema, given[:tls]) end,
      handler: Map.get(given, :handler, self()),
      store: given[:store],
      taken: given[:taken],
      registry: given[:registry],
      meters: machine.role.meters != [],
      preferred_encoding: given[:preferred_encoding]
    }

    Server.start_link(config, named(given))
  end

  @doc "A machine with the application's options. Raises `Refused` if they do not conform."
  @spec machine(role(), map()) :: Machine.t()
  def machine(%{role: {session, index}, tables: tables} = role, given) do
    schema = tables.schema()
    table = schema.sessions |> Enum.at(session) |> Map.fetch!(:roles) |> Enum.at(index)

    options =
      for {name, wire} <- role.options, {:ok, value} when value != nil <- [Map.fetch(given, name)] do
        {wire, Binding.value(tables, Enum.find(table.options, &(&1.name == wire)).type, value)}
      end

    Machine.new(schema, table, Drafts.options(schema, table, options))
  end

  defp where(endpoint, given) do
    uri = Endpoint.resolve(endpoint, given[:address], given[:plaintext] || given[:tls] != nil)

    if uri.scheme in ["wss", "tls"] and given[:tls] == nil,
      do: raise(ArgumentError, "#{given[:address]} needs a certificate: see the option tls")

    uri
  end

  defp named(%{name: name}), do: [name: name]
  defp named(_), do: []
end
