# @generated: comes with what ltpc writes for Elixir, and is the same for every protocol but for the name of its module.
defmodule PacketFlow.Runtime.Upgrade do
  @moduledoc "The handshake that makes a WebSocket of an HTTP connection (RFC 6455, section 4), both sides, as values."

  @guid "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

  @typedoc "What a request or a response says: its first line in three parts, and its headers, by names in lower case."
  @type head :: {{term(), term(), term()}, [{String.t(), String.t()}]}

  @doc "What a client asks, and the key in it."
  @spec request(URI.t(), [String.t()]) :: {iodata(), String.t()}
  def request(uri, subprotocols) do
    key = Base.encode64(:crypto.strong_rand_bytes(16))
    path = if uri.path in [nil, ""], do: "/", else: uri.path
    query = if uri.query, do: "?" <> uri.query, else: ""
    offered = if subprotocols == [], do: [], else: ["Sec-WebSocket-Protocol: ", Enum.join(subprotocols, ", "), "\r\n"]

    lines = [
      ["GET ", path, query, " HTTP/1.1\r\n"],
      ["Host: ", host(uri), "\r\n"],
      "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n",
      ["Sec-WebSocket-Key: ", key, "\r\n"],
      offered,
      "\r\n"
    ]

    {lines, key}
  end

  @doc "Whether a response is the right one; which subprotocol was chosen."
  @spec accepted(head(), String.t(), [String.t()], boolean()) :: {:ok, String.t() | nil} | {:error, String.t()}
  def accepted({{_, status, _}, headers}, key, subprotocols, optional) do
    chosen = header(headers, "sec-websocket-protocol")

    cond do
      status != 101 -> {:error, "the server answered with status #{status}"}
      not token?(headers, "upgrade", "websocket") -> {:error, "the server does not upgrade"}
      not token?(headers, "connection", "upgrade") -> {:error, "the server does not upgrade the connection"}
      header(headers, "sec-websocket-accept") != answer(key) -> {:error, "the server answers another key"}
      header(headers, "sec-websocket-extensions") not in [nil, ""] -> {:error, "the server uses an extension"}
      chosen != nil and chosen not in subprotocols -> {:error, "the server chose a subprotocol that was not offered"}
      chosen == nil and subprotocols != [] and not optional -> {:error, "the server knows none of the subprotocols"}
      true -> {:ok, chosen}
    end
  end

  @doc "What a server answers to a request; it may refuse."
  @spec response(head(), [String.t()], boolean()) :: {:ok, iodata()} | {:refuse, iodata()}
  def response({{method, _, version}, headers}, subprotocols, optional) do
    offered = headers |> every("sec-websocket-protocol") |> Enum.flat_map(&tokens/1)
    chosen = Enum.find(subprotocols, &(&1 in offered))

    cond do
      method != :GET or version < {1, 1} or header(headers, "host") == nil ->
        refuse("400 Bad Request", "a WebSocket is asked for by GET, HTTP/1.1 and a host")

      not token?(headers, "upgrade", "websocket") or not token?(headers, "connection", "upgrade") ->
        refuse("426 Upgrade Required", "this is a WebSocket", "Upgrade: websocket\r\nConnection: Upgrade\r\n")

      header(headers, "sec-websocket-version") != "13" ->
        refuse("426 Upgrade Required", "version 13 is spoken", "Sec-WebSocket-Version: 13\r\n")

      not key?(header(headers, "sec-websocket-key")) ->
        refuse("400 Bad Request", "a key has 16 octets")

      chosen == nil and subprotocols != [] and not optional ->
        refuse("400 Bad Request", "none of the subprotocols is known")

      true ->
        protocol = if chosen, do: ["Sec-WebSocket-Protocol: ", chosen, "\r\n"], else: []
        accept = ["Sec-WebSocket-Accept: ", answer(header(headers, "sec-websocket-key")), "\r\n"]
        {:ok, ["HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n", accept, protocol, "\r\n"]}
    end
  end

  @doc "Reads a head, if it is whole."
  @spec head(binary(), :request | :response) :: {:ok, head(), rest :: binary()} | :more | :error
  def head(octets, kind) do
    case :erlang.decode_packet(:http_bin, octets, []) do
      {:ok, {:http_request, method, target, version}, rest} when kind == :request -> headers(rest, {method, target, version}, [])
      {:ok, {:http_response, version, status, reason}, rest} when kind == :response -> headers(rest, {version, status, reason}, [])
      {:more, _} -> :more
      _ -> :error
    end
  end

  defp headers(octets, first, found) do
    case :erlang.decode_packet(:httph_bin, octets, []) do
      {:ok, {:http_header, _, name, _, value}, rest} -> headers(rest, first, [{name |> to_string() |> String.downcase(), value} | found])
      {:ok, :http_eoh, rest} -> {:ok, {first, Enum.reverse(found)}, rest}
      {:more, _} -> :more
      _ -> :error
    end
  end

  defp refuse(status, words, more \\ "") do
    head = ["HTTP/1.1 ", status, "\r\nContent-Type: text/plain\r\nContent-Length: ", Integer.to_string(byte_size(words) + 1), "\r\n"]
    {:refuse, [head, more, "Connection: close\r\n\r\n", words, "\n"]}
  end

  defp answer(key), do: Base.encode64(:crypto.hash(:sha, key <> @guid))

  defp key?(nil), do: false
  defp key?(key), do: match?({:ok, <<_::binary-16>>}, Base.decode64(key))

  defp header(headers, name), do: headers |> every(name) |> List.first()
  defp every(headers, name), do: for({^name, value} <- headers, do: value)

  defp token?(headers, name, token), do: headers |> every(name) |> Enum.flat_map(&tokens/1) |> Enum.any?(&(String.downcase(&1) == token))
  defp tokens(value), do: value |> String.split(",") |> Enum.map(&String.trim/1)

  defp host(uri) do
    host = if String.contains?(uri.host, ":"), do: "[#{uri.host}]", else: uri.host
    if uri.port in [80, 443, nil], do: host, else: "#{host}:#{uri.port}"
  end
end
