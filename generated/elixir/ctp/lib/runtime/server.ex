# @generated: comes with what ltpc writes for Elixir, and is the same for every protocol but for the name of its module.
defmodule CTP.Runtime.Server do
  @moduledoc "Serving: a session for each connection, under one supervisor; they share a store and a policy."

  use GenServer

  require Logger

  alias CTP.MemoryStore
  alias CTP.Runtime.Policy
  alias CTP.Runtime.Session
  alias CTP.Runtime.Socket

  @acceptors 4

  @typedoc "As of a session, with `uri`, where to listen, `registry`, and whether the role has `meters`; its `accept` takes a stream."
  @type config :: map()

  @doc "Listens until it is stopped."
  @spec start_link(config(), GenServer.options()) :: GenServer.on_start()
  def start_link(config, options \\ []), do: GenServer.start_link(__MODULE__, config, options)

  @doc "The port that is listened on."
  @spec port(GenServer.server()) :: :inet.port_number()
  def port(server), do: GenServer.call(server, :port)

  @doc "The sessions that are open."
  @spec sessions(GenServer.server()) :: [pid()]
  def sessions(server), do: GenServer.call(server, :sessions)

  @doc "Listens no more, closes every session, and ends."
  @spec close(GenServer.server()) :: :ok
  def close(server) do
    GenServer.call(server, :silence)
    server |> sessions() |> Enum.map(&Task.async(fn -> Session.close(&1) end)) |> Task.await_many(6_000)
    GenServer.stop(server)
  end

  @impl true
  def init(config) do
    Process.flag(:trap_exit, true)

    case Socket.listen(config.uri.host, config.uri.port) do
      {:ok, listener} ->
        {:ok, sessions} = DynamicSupervisor.start_link(strategy: :one_for_one)
        {:ok, shared} = if config.meters, do: Policy.share(Policy.new(config.registry)), else: {:ok, nil}
        {:ok, port} = :inet.port(listener)

        session = %{
          module: config.module,
          tables: config.tables,
          machine: %{config.machine | policy: Policy.new(config.registry)},
          accept: config.accept,
          handler: config.handler,
          store: config.store || MemoryStore.new(),
          policy: shared,
          taken: config[:taken],
          epoch: System.monotonic_time(:millisecond),
          preferred_encoding: config[:preferred_encoding]
        }

        for _ <- 1..@acceptors, do: spawn_link(fn -> accept(listener, sessions, session) end)
        Logger.info("listening", port: port)
        {:ok, %{listener: listener, sessions: sessions, port: port}}

      {:error, reason} ->
        {:stop, {:not_listening, reason}}
    end
  end

  @impl true
  def handle_call(:port, _, state), do: {:reply, state.port, state}

  def handle_call(:sessions, _, state) do
    {:reply, for({_, pid, _, _} <- DynamicSupervisor.which_children(state.sessions), is_pid(pid), do: pid), state}
  end

  def handle_call(:silence, _, state) do
    :gen_tcp.close(state.listener)
    {:reply, :ok, state}
  end

  @impl true
  def handle_info({:EXIT, _, _}, state), do: {:noreply, state}

  @impl true
  def terminate(_, state), do: :gen_tcp.close(state.listener)

  defp accept(listener, sessions, config) do
    case :gen_tcp.accept(listener) do
      {:ok, socket} ->
        serve(socket, sessions, config)
        accept(listener, sessions, config)

      {:error, reason} when reason in [:emfile, :enfile, :econnaborted] ->
        Process.sleep(50)
        accept(listener, sessions, config)

      {:error, _} ->
        :ok
    end
  end

  defp serve(socket, sessions, config) do
    child = %{id: Session, start: {Session, :start_link, [config]}, restart: :temporary}

    with {:ok, session} <- DynamicSupervisor.start_child(sessions, child),
         :ok <- :gen_tcp.controlling_process(socket, session) do
      send(session, {:accept, socket})
    else
      _ -> :gen_tcp.close(socket)
    end
  end
end
