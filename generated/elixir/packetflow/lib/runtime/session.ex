# @generated: comes with what ltpc writes for Elixir, and is the same for every protocol but for the name of its module.
defmodule PacketFlow.Runtime.Session do
  @moduledoc """
  A session at work: it moves frames, keeps time and obeys its machine. It holds no protocol behaviour.

  What arrives is handed to the session's handler: a process, which gets `{module, session, event}`, or a function of the session and the event.
  Events are `:started`, `{:message, message}` and `{:ended, reason}`.
  """

  use GenServer, restart: :transient

  require Logger

  alias PacketFlow.MemoryStore
  alias PacketFlow.Refused
  alias PacketFlow.Runtime.Binding
  alias PacketFlow.Runtime.Codec
  alias PacketFlow.Runtime.Decoded
  alias PacketFlow.Runtime.Evaluate
  alias PacketFlow.Runtime.Machine
  alias PacketFlow.Runtime.Policy
  alias PacketFlow.Runtime.Receiver
  alias PacketFlow.Runtime.Refusals
  alias PacketFlow.Runtime.Schema
  alias PacketFlow.Runtime.Transport
  alias PacketFlow.Runtime.Values
  alias PacketFlow.Store

  @typedoc "Why something is not sent: it does not conform, the state does not send it, so many requests wait already, or the session has ended."
  @type error ::
          Refused.t()
          | {:not_now, message :: String.t(), state :: String.t()}
          | {:full, most :: non_neg_integer()}
          | {:ended, reason :: String.t()}

  @typedoc """
  - `module`: stands in events;
  - `tables`: the package's module of tables;
  - `machine`: a machine that has not started;
  - `dial`: opens a transport; or `accept`: makes one of an accepted stream, which comes as `{:accept, socket}`;
  - `taken`: is shown what arrives before the handler, and says whether it has taken it;
  - `handler`: see above; `store`, `policy` (a process that keeps one) and `preferred_encoding` may be `nil`.
  """
  @type config :: map()

  # When to look again whether a handler has taken what arrived.
  @pause 10

  @doc "Starts a session."
  @spec start_link(config(), GenServer.options()) :: GenServer.on_start()
  def start_link(config, options \\ []), do: GenServer.start_link(__MODULE__, config, options)

  @doc "Waits until something can be sent."
  @spec connect(GenServer.server(), timeout()) :: :ok | {:error, error()}
  def connect(session, timeout), do: ask(session, {:await, :sends}, timeout)

  @doc "Waits until the session is in a state."
  @spec reached(GenServer.server(), String.t(), timeout()) :: :ok | {:error, error()}
  def reached(session, state, timeout), do: ask(session, {:await, state}, timeout)

  @doc "The state's name in the schema."
  @spec state(GenServer.server()) :: String.t() | {:error, error()}
  def state(session), do: ask(session, :state, 5_000)

  @doc "A persisted variable, by its name in the schema."
  @spec kept(GenServer.server(), String.t()) :: term()
  def kept(session, name), do: ask(session, {:kept, name}, 5_000)

  @doc "Chooses another value of an option, by its name in the schema; the machine goes by it from then on."
  @spec choose(GenServer.server(), String.t(), Values.t()) :: :ok | {:error, error()}
  def choose(session, name, value), do: ask(session, {:choose, name, value}, 5_000)

  @doc "Asks to send a draft."
  @spec call(GenServer.server(), Decoded.t()) :: :ok | {:error, error()}
  def call(session, draft), do: ask(session, {:call, draft}, :infinity)

  @doc "Asks to send a message: a whole body and members of the envelope, or members of the body in their order."
  @spec send(GenServer.server(), module(), {non_neg_integer(), String.t() | nil}, [atom()], [term()]) :: :ok | {:error, error()}
  def send(session, tables, {index, tag}, names, said) do
    {body, envelope} = said(names, said)
    call(session, Binding.draft(tables, index, body, envelope, tag))
  rescue
    refused in Refused -> {:error, refused}
  end

  @doc "Asks to send a draft that waits for its answer, and waits too; who gives up takes it back."
  @spec await(GenServer.server(), Decoded.t(), timeout()) :: {:ok, Decoded.t()} | {:error, error() | :timeout}
  def await(session, draft, timeout \\ :infinity) do
    GenServer.call(session, {:ask, draft}, timeout)
  catch
    :exit, {:timeout, _} ->
      GenServer.cast(session, {:cancel, draft})
      {:error, :timeout}

    :exit, {reason, _} when reason in [:noproc, :normal, :shutdown] ->
      {:error, {:ended, "the session has ended"}}
  end

  @doc "As `send/5`, of a message that waits for its answer."
  @spec request(GenServer.server(), module(), {non_neg_integer(), String.t() | nil}, [atom()], [term()]) ::
          {:ok, struct()} | {:error, error() | :timeout}
  def request(session, tables, {index, tag}, names, said) do
    {body, envelope} = said(names, said)
    draft = Binding.draft(tables, index, body, envelope, tag)
    with {:ok, reply} <- await(session, draft), do: {:ok, Binding.message(tables, reply)}
  rescue
    refused in Refused -> {:error, refused}
  end

  @doc "Asks the machine to close, and waits for the end; a machine that does not close by itself is stopped."
  @spec close(GenServer.server()) :: :ok
  def close(session) do
    with pid when is_pid(pid) <- GenServer.whereis(session),
         reference = Process.monitor(pid),
         :ok <- ask(session, :close, 5_000) do
      receive do
        {:DOWN, ^reference, _, _, _} -> :ok
      after
        5_000 -> stop(pid)
      end
    else
      {:error, {:not_now, _, _}} -> stop(session)
      _ -> :ok
    end
  end

  defp stop(session) do
    GenServer.stop(session)
  catch
    :exit, _ -> :ok
  end

  defp said(_, [body | rest]) when is_map(body), do: {body, envelope(rest)}
  defp said(_, [[{_, _} | _] = body | rest]), do: {body, envelope(rest)}
  defp said(names, said), do: {Enum.zip(names, said), said |> Enum.drop(length(names)) |> envelope()}

  defp envelope(rest), do: Enum.find(rest, [], &(&1 != []))

  defp ask(session, what, timeout) do
    GenServer.call(session, what, timeout)
  catch
    :exit, {reason, _} when reason in [:noproc, :normal, :shutdown] -> {:error, {:ended, "the session has ended"}}
  end

  # What happens.

  @impl true
  def init(config) do
    Process.flag(:trap_exit, true)
    Logger.metadata(session: inspect(config.module))

    state = %{
      config: config,
      machine: config.machine,
      transport: nil,
      generation: 0,
      store: config[:store] || MemoryStore.new(),
      handler: Receiver.new(config[:handler]),
      epoch: config[:epoch] || System.monotonic_time(:millisecond),
      timer: nil,
      waiting: [],
      asking: %{},
      reason: ""
    }

    if config[:dial], do: {:ok, state, {:continue, :start}}, else: {:ok, state}
  end

  @impl true
  def handle_continue(:start, state), do: state |> start() |> next()

  @impl true
  def handle_call({:call, draft}, from, state), do: state |> step(&Machine.call(&1, &2, preferred(state, draft)), from) |> next()

  def handle_call({:ask, draft}, from, state) do
    place = place(state, draft)
    asking = Map.update(state.asking, place, [from], &(&1 ++ [from]))

    case stepped(%{state | asking: asking}, &Machine.call(&1, &2, preferred(state, draft))) do
      {state, nil} -> next(state)
      {state, refused} -> state |> forgotten(place, from) |> refusing(from, refused) |> next()
    end
  end

  def handle_call(:close, from, state), do: state |> step(&Machine.close/2, from) |> next()
  def handle_call(:state, _, state), do: {:reply, Machine.state(state.machine), state}

  def handle_call({:choose, name, value}, _, %{machine: machine} = state) do
    index = Enum.find_index(machine.role.options, &(&1.name == name))
    {:reply, :ok, %{state | machine: %{machine | options: put_elem(machine.options, index, value)}}}
  end

  def handle_call({:await, what}, from, state), do: next(%{state | waiting: [{what, from} | state.waiting]})

  def handle_call({:kept, name}, _, %{machine: machine} = state) do
    index = Enum.find_index(machine.role.persists, &(&1.name == name))
    type = index && Enum.at(machine.role.persists, index).type
    {:reply, index && Binding.object(state.config.tables, type, elem(machine.persists, index)), state}
  end

  @impl true
  def handle_cast({:cancel, draft}, state) do
    {_, key} = place = place(state, draft)
    asking = Map.update(state.asking, place, [], &Enum.drop(&1, 1))
    %{state | asking: asking} |> step(&Machine.cancel(&1, &2, key)) |> next()
  end

  @impl true
  def handle_info({:accept, socket}, state) do
    case state.config.accept.(socket) do
      {:ok, transport} ->
        machine = %{state.machine | peer: Transport.peer(transport)}
        tell(state, :started)
        %{state | machine: machine} |> start() |> attached(transport) |> next()

      {:error, reason} ->
        Logger.info("not accepted", reason: reason)
        {:stop, :normal, state}
    end
  end

  def handle_info({:dialed, generation, {:ok, transport}}, %{generation: generation} = state) do
    Logger.info("connected", peer: Transport.peer(transport))
    %{state | machine: %{state.machine | peer: Transport.peer(transport)}} |> attached(transport) |> next()
  end

  def handle_info({:dialed, _, {:ok, transport}}, state) do
    Transport.drop(transport)
    next(state)
  end

  def handle_info({:dialed, generation, {:error, reason}}, %{generation: generation} = state) do
    Logger.warning("not connected", reason: reason)
    state |> gone(reason) |> next()
  end

  def handle_info({:dialed, _, _}, state), do: next(state)
  def handle_info({:gone, generation, reason}, %{generation: generation} = state), do: state |> gone(reason) |> next()
  def handle_info({:gone, _, _}, state), do: next(state)
  def handle_info({:timeout, timer, :due}, %{timer: timer} = state), do: %{state | timer: nil} |> step(&Machine.due/2) |> next()
  def handle_info({:EXIT, pid, reason}, %{handler: pid} = state) when is_pid(pid) and reason != :normal, do: {:stop, reason, state}
  def handle_info({:EXIT, _, _}, state), do: next(state)
  def handle_info(:resume, state), do: state |> resume() |> next()

  def handle_info(message, state) do
    case Transport.handle(state.transport, message) do
      {events, transport} -> %{state | transport: transport} |> events(events) |> resume() |> next()
      :other -> next(state)
    end
  end

  @impl true
  def terminate(_, state) do
    if state.transport, do: Transport.drop(state.transport)
    :ok
  end

  defp start(state) do
    stored =
      case Machine.persistence(state.machine) do
        nil -> nil
        {space, key} -> Store.get(state.store, space, key)
      end

    step(state, &Machine.start(&1, &2, stored))
  end

  # One input of the machine, and what it asks for.
  defp step(state, input, from \\ nil) do
    {state, refused} = stepped(state, input)
    answer(from, refused)
    state
  end

  defp stepped(state, input) do
    time = {System.monotonic_time(:millisecond) - state.epoch, System.os_time(:millisecond)}
    {actions, machine} = run(state, &input.(&1, time))
    Enum.reduce(actions, {%{state | machine: machine}, nil}, &obey/2)
  end

  defp run(%{config: %{policy: shared}, machine: machine}, input) when shared != nil do
    Policy.lend(shared, fn policy ->
      {actions, machine} = input.(%{machine | policy: policy})
      {{actions, machine}, machine.policy}
    end)
  end

  defp run(%{machine: machine}, input), do: input.(machine)

  defp obey({:not_now, message, in_state}, {state, _}), do: {state, {:not_now, message, in_state}}
  defp obey({:full, most}, {state, _}), do: {state, {:full, most}}
  defp obey({:invalid, violations}, {state, _}), do: {state, %Refused{violations: violations}}
  defp obey(action, {state, refused}), do: {perform(action, state), refused}

  defp answer(nil, nil), do: :ok
  defp answer(nil, refused), do: Logger.error("not sent", reason: inspect(refused))
  defp answer(from, nil), do: GenServer.reply(from, :ok)
  defp answer(from, refused), do: GenServer.reply(from, {:error, refused})

  defp perform({:send, _, text}, state), do: write(state, text)

  defp perform({:deliver, message}, state) do
    taken = state.config[:taken]
    if taken == nil or not taken.(message), do: tell(state, {:message, Binding.message(state.config.tables, message)})
    state
  end

  # What nobody waits for arrives as any message.
  defp perform({:answer, request, reply}, state) do
    place = place(state, request)

    case Map.get(state.asking, place, []) do
      [] ->
        perform({:deliver, reply}, state)

      [from | _] ->
        GenServer.reply(from, {:ok, reply})
        forgotten(state, place, from)
    end
  end

  defp perform({:enter, name}, state) do
    Logger.info("entered", state: name)
    state
  end

  defp perform({:store, space, key, value, expires}, state) do
    Store.put(state.store, space, key, value, expires)
    state
  end

  defp perform({:forget, space, key}, state) do
    Store.remove(state.store, space, key)
    state
  end

  defp perform({:lookup, space, key}, state), do: step(state, &Machine.found(&1, &2, Store.get(state.store, space, key)))
  defp perform(:connect, state), do: dial(%{state | generation: state.generation + 1})
  defp perform({:close, reason}, state), do: leave(state, reason, &Transport.close(&1, reason))
  defp perform({:drop, reason}, state), do: leave(state, reason, &Transport.drop/1)

  defp perform({:unexpected, input, name, _}, state) do
    Logger.warning("unexpected", input: input, state: name)
    state
  end

  # By which the answer to a request is told: the text of the member that the schema names first.
  defp place(%{machine: %{role: role}}, request) do
    pending = Enum.find(role.pendings, &(&1.request == request.message))
    of = pending && hd(pending.keys).request

    with %{name: name} <- of,
         members = if(of.of == "body", do: request.body, else: {:object, request.envelope}),
         {:ok, value} <- Values.member(members, name) do
      {request.message, Evaluate.key_text(value)}
    else
      _ -> {request.message, ""}
    end
  end

  defp forgotten(state, place, from) do
    case List.delete(Map.get(state.asking, place, []), from) do
      [] -> %{state | asking: Map.delete(state.asking, place)}
      left -> %{state | asking: Map.put(state.asking, place, left)}
    end
  end

  defp refusing(state, from, refused) do
    GenServer.reply(from, {:error, refused})
    state
  end

  defp dial(%{config: %{dial: dial}} = state) do
    {session, generation} = {self(), state.generation}

    spawn_link(fn ->
      result = with {:ok, transport} <- dial.(), :ok <- Transport.give(transport, session), do: {:ok, transport}
      Kernel.send(session, {:dialed, generation, result})
    end)

    state
  end

  defp dial(state), do: state

  # Leaves the transport; the machine is told that it is gone.
  defp leave(state, reason, how) do
    if state.transport, do: how.(state.transport)
    Kernel.send(self(), {:gone, state.generation, reason})
    %{state | transport: nil, reason: reason}
  end

  defp write(%{transport: nil} = state, _), do: state

  defp write(state, text) do
    case Transport.send(state.transport, text) do
      :ok -> :ok
      {:error, reason} -> Kernel.send(self(), {:gone, state.generation, reason})
    end

    state
  end

  defp attached(state, transport) do
    {events, transport} = Transport.attach(transport)
    %{state | transport: transport} |> step(&Machine.opened/2) |> events(events)
  end

  defp events(state, events), do: Enum.reduce(events, state, &event/2)

  # What comes behind the end of a connection is not looked at.
  defp event(_, %{transport: nil} = state), do: state

  defp event({:frame, frame}, state) do
    case Codec.decode(state.machine.schema, frame) do
      {:ok, message} -> step(state, &Machine.message(&1, &2, message))
      {:error, refused} -> malformed(state, refused)
    end
  end

  defp event({:oversized, octets}, state), do: malformed(state, Refusals.oversized(state.machine.schema, octets))
  defp event({:late, octets}, state), do: malformed(state, Refusals.late(octets))
  defp event({:closed, reason}, state), do: gone(state, reason)

  defp malformed(state, refused) do
    Logger.warning("refused", violations: Enum.map(refused.violations, &to_string/1))
    step(state, &Machine.malformed(&1, &2, refused))
  end

  defp gone(state, reason) do
    if state.transport, do: Transport.drop(state.transport)
    Logger.info("closed", reason: reason)
    reason = if reason == "", do: state.reason, else: reason
    step(%{state | transport: nil, generation: state.generation + 1, reason: reason}, &Machine.closed/2)
  end

  # Who does not take what arrived is not read for any more.
  defp resume(%{transport: nil} = state), do: state

  defp resume(state) do
    if Receiver.busy?(state.handler), do: Process.send_after(self(), :resume, @pause), else: Transport.resume(state.transport)
    state
  end

  # After each input: who waits is answered, the timer is set, and a machine that has ended ends the session.
  defp next(state) do
    state = answer_waiting(state)
    if Machine.ended?(state.machine), do: finish(state), else: {:noreply, armed(state)}
  end

  defp answer_waiting(%{waiting: []} = state), do: state

  defp answer_waiting(state) do
    waiting = Enum.reject(state.waiting, fn {what, from} -> there?(what, state) and GenServer.reply(from, :ok) == :ok end)
    %{state | waiting: waiting}
  end

  defp there?(:sends, state), do: state.transport != nil and Machine.sends?(state.machine)
  defp there?(name, state), do: Machine.state(state.machine) == name

  defp armed(state) do
    if state.timer, do: :erlang.cancel_timer(state.timer)

    case Machine.next_deadline(state.machine) do
      nil -> %{state | timer: nil}
      due -> %{state | timer: :erlang.start_timer(max(due + state.epoch, System.monotonic_time(:millisecond)), self(), :due, abs: true)}
    end
  end

  defp finish(state) do
    reason = if state.reason == "", do: "the session ended in state `#{Machine.state(state.machine)}`", else: state.reason
    asking = for {_, waiting} <- state.asking, from <- waiting, do: from
    for from <- Enum.map(state.waiting, &elem(&1, 1)) ++ asking, do: GenServer.reply(from, {:error, {:ended, reason}})
    Logger.info("ended", state: Machine.state(state.machine), reason: reason)
    tell(state, {:ended, reason})
    {:stop, :normal, state}
  end

  # Asks for the preferred encoding where the message's payload has one and nothing else is said.
  defp preferred(%{config: %{preferred_encoding: preferred}} = state, draft) when preferred != nil do
    members = Schema.body_members(state.machine.schema, draft.message)

    Enum.reduce(members, draft, fn
      %{payload: %{encoding: name, encoding_in_envelope: true}}, draft when name != nil ->
        if List.keymember?(draft.envelope, name, 0), do: draft, else: %{draft | envelope: draft.envelope ++ [{name, to_string(preferred)}]}

      _, draft ->
        draft
    end)
  end

  defp preferred(_, draft), do: draft

  defp tell(state, event), do: Receiver.tell(state.handler, state.config.module, event)
end
