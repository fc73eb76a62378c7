# @generated: comes with what ltpc writes for Elixir, and is the same for every protocol but for the name of its module.
defmodule PacketFlow.Runtime.Endpoint do
  @moduledoc "Where a protocol is served, as its schema says."

  alias PacketFlow.Runtime.Tape
  alias PacketFlow.Runtime.Values

  @enforce_keys [:name, :transport, :address]
  defstruct [:name, :transport, :address, :alias, subprotocols: [], subprotocol_optional: true, binary: false, loopback_only: true]

  @type t :: %__MODULE__{}

  @schemes %{"websocket" => ["ws://", "wss://"], "lines" => ["tcp://", "tls://"], "framed" => ["tcp://", "tls://"]}
  @ports %{"ws" => 80, "wss" => 443}

  @doc "Reads what the tables say."
  @spec read!(String.t()) :: t()
  def read!(text) do
    {:ok, node} = Tape.parse(text, 8, :infinity, :infinity)
    facts = text |> Tape.value(node) |> Values.plain()
    struct!(__MODULE__, Map.new(facts, fn {name, fact} -> {String.to_existing_atom(name), fact} end))
  end

  @doc "The endpoint that an address is one of, by its scheme; without an address the first."
  @spec find([t()], String.t() | nil) :: t()
  def find([first | _], nil), do: first

  def find(endpoints, url) do
    Enum.find(endpoints, &reached?(&1, url)) || raise ArgumentError, "no endpoint is reached by #{url}"
  end

  defp reached?(endpoint, url), do: String.starts_with?(url, @schemes[endpoint.transport] ++ List.wrap(endpoint.alias))

  @doc "The address in full. Raises where it would be plain text to another host and nobody has opted in."
  @spec resolve(t(), String.t() | nil, boolean()) :: URI.t()
  def resolve(endpoint, url, plaintext) do
    uri = located(endpoint, url)

    if endpoint.loopback_only and not plaintext and uri.scheme in ["ws", "tcp"] and not loopback?(uri.host),
      do: raise(ArgumentError, "#{url} is plain text to or from another host: use TLS, or opt in with plaintext: true")

    uri
  end

  @doc "The parts of an address."
  @spec located(t(), String.t() | nil) :: URI.t()
  def located(endpoint, url) do
    url = url || endpoint.address
    uri = endpoint |> expanded(url) |> URI.parse()
    %{uri | host: uri.host || "localhost", port: uri.port || @ports[uri.scheme] || 0}
  end

  @doc "Whether a host is this one."
  @spec loopback?(String.t()) :: boolean()
  def loopback?("localhost"), do: true

  def loopback?(host) do
    case host |> to_charlist() |> :inet.parse_address() do
      {:ok, {127, _, _, _}} -> true
      {:ok, {0, 0, 0, 0, 0, 0, 0, 1}} -> true
      _ -> false
    end
  end

  defp expanded(%{alias: nil}, url), do: url

  defp expanded(endpoint, url) do
    if String.starts_with?(url, endpoint.alias) do
      [scheme, _] = String.split(endpoint.address, "://", parts: 2)
      scheme <> "://" <> (url |> String.replace_prefix(endpoint.alias, "") |> String.trim_leading("/"))
    else
      url
    end
  end
end
