# @generated: comes with what ltpc writes for Elixir, and is the same for every protocol but for the name of its module.
defmodule PacketFlow.UpgradeTest do
  use ExUnit.Case, async: true

  alias PacketFlow.Runtime.Upgrade

  @request """
  GET /chat HTTP/1.1\r
  Host: server.example.com\r
  Upgrade: websocket\r
  Connection: keep-alive, Upgrade\r
  Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
  Sec-WebSocket-Protocol: chat, superchat\r
  Sec-WebSocket-Version: 13\r
  \r
  """

  defp answer(request, subprotocols \\ [], optional \\ true) do
    {:ok, head, ""} = Upgrade.head(request, :request)
    {verdict, response} = Upgrade.response(head, subprotocols, optional)
    {verdict, IO.iodata_to_binary(response)}
  end

  defp without(line), do: @request |> String.split("\r\n") |> Enum.reject(&String.starts_with?(&1, line)) |> Enum.join("\r\n")

  test "the example of RFC 6455, section 1.3" do
    {:ok, response} = answer(@request, ["superchat", "chat"])
    assert response =~ "HTTP/1.1 101 "
    assert response =~ "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
    assert response =~ "Sec-WebSocket-Protocol: superchat\r\n"
  end

  test "4.2.1: what a client must say" do
    for line <- ["Host", "Sec-WebSocket-Key"], do: assert({:refuse, "HTTP/1.1 400 " <> _} = answer(without(line)))
    for line <- ["Upgrade", "Connection"], do: assert({:refuse, "HTTP/1.1 426 " <> _} = answer(without(line)))
    assert {:refuse, "HTTP/1.1 400 " <> _} = answer(String.replace(@request, "GET", "POST"))
    assert {:refuse, "HTTP/1.1 400 " <> _} = answer(String.replace(@request, "HTTP/1.1", "HTTP/1.0"))
    assert {:refuse, "HTTP/1.1 400 " <> _} = answer(String.replace(@request, "dGhlIHNhbXBsZSBub25jZQ==", "c2hvcnQ="))
  end

  test "4.4: another version is told which one is spoken" do
    {:refuse, response} = answer(String.replace(@request, "Version: 13", "Version: 8"))
    assert response =~ "HTTP/1.1 426 "
    assert response =~ "Sec-WebSocket-Version: 13\r\n"
  end

  test "subprotocols: ours that is preferred, none, or a refusal" do
    {:ok, response} = answer(@request, ["other"])
    refute response =~ "Sec-WebSocket-Protocol"
    assert {:refuse, _} = answer(@request, ["other"], false)
  end

  test "4.1: a client takes the right answer and no other" do
    {request, key} = Upgrade.request(URI.parse("ws://localhost:8080/a?b=c"), ["x", "y"])
    request = IO.iodata_to_binary(request)
    assert request =~ "GET /a?b=c HTTP/1.1\r\nHost: localhost:8080\r\n"
    {:ok, response} = answer(request, ["y"])
    {:ok, head, ""} = Upgrade.head(response, :response)
    assert Upgrade.accepted(head, key, ["x", "y"], false) == {:ok, "y"}
    assert {:error, _} = Upgrade.accepted(head, Base.encode64("another key here"), ["x", "y"], false)
    assert {:error, _} = Upgrade.accepted(head, key, ["x"], false)

    for {from, to} <- [{"101", "200"}, {"Upgrade: websocket", "Upgrade: h2c"}, {"Connection: Upgrade", "Connection: close"}] do
      {:ok, head, ""} = Upgrade.head(String.replace(response, from, to), :response)
      assert {:error, _} = Upgrade.accepted(head, key, ["x", "y"], false)
    end
  end

  test "a head comes in parts, or is none" do
    assert Upgrade.head("GET / HT", :request) == :more
    assert Upgrade.head("GET / HTTP/1.1\r\nHost: a\r\n", :request) == :more
    assert Upgrade.head("CTP/1.0 STREAM\r\n\r\n", :request) == :error
  end
end
