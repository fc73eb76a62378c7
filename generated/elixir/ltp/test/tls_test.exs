# @generated: comes with what ltpc writes for Elixir, and is the same for every protocol but for the name of its module.
defmodule LTP.TlsTest do
  use ExUnit.Case, async: true

  alias LTP.Runtime.Endpoint
  alias LTP.Runtime.Socket
  alias LTP.Runtime.Transport
  alias LTP.Tables

  @endpoints %{
    "wss" => %Endpoint{name: "Secure", transport: "websocket", address: "wss://localhost/", subprotocols: ["one"]},
    "tls" => %Endpoint{name: "Secure", transport: "lines", address: "tls://localhost/"}
  }

  # An authority, a certificate for a host that it signed, and how each side is told of them.
  defp issued(host) do
    key = [key: {:namedCurve, :secp256r1}]
    name = {:Extension, {2, 5, 29, 17}, false, [dNSName: to_charlist(host)]}

    conf = %{
      server_chain: %{root: key, intermediates: [], peer: [{:extensions, [name]} | key]},
      client_chain: %{root: key, intermediates: [], peer: key}
    }

    %{server_config: server, client_config: client} = :public_key.pkix_test_data(conf)
    {Keyword.take(server, [:cert, :key]), Keyword.take(client, [:cacerts])}
  end

  # A server that gives back each frame, until its client is gone.
  defp echo(scheme, tls) do
    {:ok, listener} = Socket.listen("localhost", 0)
    {:ok, port} = :inet.port(listener)

    spawn_link(fn ->
      {:ok, socket} = :gen_tcp.accept(listener)

      with {:ok, transport} <- Transport.accept(@endpoints[scheme], socket, Tables.schema(), tls) do
        {events, transport} = Transport.attach(transport)
        echoed(events, transport)
      end
    end)

    URI.parse("#{scheme}://localhost:#{port}/")
  end

  defp echoed(events, transport) do
    for {:frame, frame} <- events, do: Transport.send(transport, frame)

    unless Enum.any?(events, &match?({:closed, _}, &1)),
      do: transport |> received() |> then(fn {events, transport} -> echoed(events, transport) end)
  end

  defp received(transport) do
    Transport.resume(transport)
    receive(do: (message -> Transport.handle(transport, message)))
  end

  defp dial(uri, tls), do: Transport.dial(@endpoints[uri.scheme], uri, Tables.schema(), tls)

  for scheme <- ["wss", "tls"] do
    test "frames go both ways over #{scheme}" do
      {server, client} = issued("localhost")
      {:ok, transport} = unquote(scheme) |> echo(server) |> dial(client)
      {[], transport} = Transport.attach(transport)
      :ok = Transport.send(transport, "{\"as\":\"sent\"}")
      assert {[{:frame, "{\"as\":\"sent\"}"}], transport} = received(transport)
      Transport.close(transport, "done")
    end

    @tag :capture_log
    test "a certificate that nobody vouches for is refused over #{scheme}" do
      {server, _} = issued("localhost")
      {_, stranger} = issued("localhost")
      assert {:error, reason} = unquote(scheme) |> echo(server) |> dial(stranger)
      assert reason =~ "unknown_ca" or reason =~ "bad_certificate"
    end

    @tag :capture_log
    test "a certificate of another host is refused over #{scheme}" do
      {server, client} = issued("other.example")
      assert {:error, reason} = unquote(scheme) |> echo(server) |> dial(client)
      assert reason =~ "hostname_check_failed"
    end

    @tag :capture_log
    test "options of TLS do not turn its checks off over #{scheme}" do
      {server, _} = issued("localhost")
      assert {:error, _} = unquote(scheme) |> echo(server) |> dial([])
    end
  end
end
