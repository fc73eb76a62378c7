# @generated: comes with what ltpc writes for Elixir, and is the same for every protocol but for the name of its module.
defmodule PacketFlow.Runtime.Socket do
  @moduledoc "A stream of octets: TCP by `:gen_tcp`, or TLS by `:ssl`."

  @type t :: {:tcp, :gen_tcp.socket()} | {:tls, :ssl.sslsocket()}

  @options [mode: :binary, active: false, packet: :raw, nodelay: true, send_timeout: 15_000, send_timeout_close: true]

  @doc """
  Connects. A TLS peer's certificate is checked for the host, against the system's authorities; `tls` are options of `:ssl`, such as other
  authorities (`cacertfile`).
  """
  @spec connect(String.t(), :inet.port_number(), boolean(), keyword() | nil, timeout()) :: {:ok, t()} | {:error, term()}
  def connect(host, port, false, _, timeout), do: tagged(:tcp, first(host, &:gen_tcp.connect(&1, port, [&2 | @options], timeout)))

  def connect(host, port, true, tls, timeout) do
    {:ok, _} = Application.ensure_all_started(:ssl)
    options = trusting(tls || [])
    tagged(:tls, first(host, &:ssl.connect(&1, port, [&2 | @options] ++ options, timeout)))
  end

  @doc "Listens at a host's port."
  @spec listen(String.t(), :inet.port_number()) :: {:ok, :gen_tcp.socket()} | {:error, term()}
  def listen(host, port),
    do: first(host, &:gen_tcp.listen(port, [&2, {:ip, address(&1, &2)}, {:reuseaddr, true}, {:backlog, 1024} | @options]))

  @doc "Makes a TLS stream of an accepted one, if there are options for it."
  @spec secured(:gen_tcp.socket(), keyword() | nil, timeout()) :: {:ok, t()} | {:error, term()}
  def secured(socket, nil, _), do: {:ok, {:tcp, socket}}

  def secured(socket, tls, timeout) do
    {:ok, _} = Application.ensure_all_started(:ssl)
    tagged(:tls, :ssl.handshake(socket, tls, timeout))
  end

  @spec send(t(), iodata()) :: :ok | {:error, term()}
  def send({:tcp, socket}, octets), do: :gen_tcp.send(socket, octets)
  def send({:tls, socket}, octets), do: :ssl.send(socket, octets)

  @spec recv(t(), timeout()) :: {:ok, binary()} | {:error, term()}
  def recv({:tcp, socket}, timeout), do: :gen_tcp.recv(socket, 0, timeout)
  def recv({:tls, socket}, timeout), do: :ssl.recv(socket, 0, timeout)

  @doc "Lets the next octets come as a message (`:once`), or none (`false`)."
  @spec active(t(), :once | false) :: :ok | {:error, term()}
  def active({:tcp, socket}, how), do: :inet.setopts(socket, active: how)
  def active({:tls, socket}, how), do: :ssl.setopts(socket, active: how)

  @doc "Gives the stream to another process."
  @spec give(t(), pid()) :: :ok | {:error, term()}
  def give({:tcp, socket}, pid), do: :gen_tcp.controlling_process(socket, pid)
  def give({:tls, socket}, pid), do: :ssl.controlling_process(socket, pid)

  @doc "Says that nothing more will be sent."
  @spec shutdown(t()) :: :ok | {:error, term()}
  def shutdown({:tcp, socket}), do: :gen_tcp.shutdown(socket, :write)
  def shutdown({:tls, socket}), do: :ssl.shutdown(socket, :write)

  @spec close(t()) :: :ok
  def close({:tcp, socket}), do: :gen_tcp.close(socket)

  def close({:tls, socket}) do
    :ssl.close(socket)
    :ok
  end

  @doc "The host at the other end."
  @spec peer(t()) :: String.t()
  def peer({kind, socket}) do
    module = if kind == :tcp, do: :inet, else: :ssl

    case module.peername(socket) do
      {:ok, {address, _}} -> address |> :inet.ntoa() |> to_string()
      _ -> ""
    end
  end

  @doc "What a message of the runtime says of this stream."
  @spec said(t(), term()) :: {:octets, binary()} | {:closed, String.t()} | :other
  def said({:tcp, socket}, {:tcp, socket, octets}), do: {:octets, octets}
  def said({:tcp, socket}, {:tcp_closed, socket}), do: {:closed, "the peer is gone"}
  def said({:tcp, socket}, {:tcp_error, socket, reason}), do: {:closed, inspect(reason)}
  def said({:tls, socket}, {:ssl, socket, octets}), do: {:octets, octets}
  def said({:tls, socket}, {:ssl_closed, socket}), do: {:closed, "the peer is gone"}
  def said({:tls, socket}, {:ssl_error, socket, reason}), do: {:closed, inspect(reason)}
  def said(_, _), do: :other

  # Either family, IPv6 where IPv4 does not reach.
  defp first(host, try) do
    host = to_charlist(host)

    case try.(host, :inet) do
      {:ok, socket} -> {:ok, socket}
      {:error, {:tls_alert, _}} = error -> error
      error -> with({:error, _} <- try.(host, :inet6), do: error)
    end
  end

  defp address(host, family) do
    case :inet.getaddr(host, family) do
      {:ok, address} -> address
      {:error, _} -> if family == :inet, do: {127, 0, 0, 1}, else: {0, 0, 0, 0, 0, 0, 0, 1}
    end
  end

  # Left to itself the library would trust anybody.
  defp trusting(tls) do
    own = Keyword.has_key?(tls, :cacertfile) or Keyword.has_key?(tls, :cacerts) or tls[:verify] == :verify_none
    system = if own, do: [], else: [cacerts: :public_key.cacerts_get()]
    check = [verify: :verify_peer, customize_hostname_check: [match_fun: :public_key.pkix_verify_hostname_match_fun(:https)]]
    Keyword.merge(check ++ system, tls)
  end

  defp tagged(kind, {:ok, socket}), do: {:ok, {kind, socket}}
  defp tagged(_, error), do: error
end
