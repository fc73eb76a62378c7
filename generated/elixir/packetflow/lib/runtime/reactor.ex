# @generated: comes with what ltpc writes for Elixir, and is the same for every protocol but for the name of its module.
defmodule PacketFlow.Runtime.Reactor do
  @moduledoc """
  Work over sessions: a node, which takes work in and has it done by its handlers and by peers, or a client of one, which submits it and may do it.

  Handlers run in processes of their own: one that fails or takes too long is a failed unit, and nothing else.
  """

  use GenServer

  alias PacketFlow.Runtime.Decoded
  alias PacketFlow.Runtime.Handlers
  alias PacketFlow.Runtime.Roles
  alias PacketFlow.Runtime.Scheduler
  alias PacketFlow.Runtime.Server
  alias PacketFlow.Runtime.Session
  alias PacketFlow.Runtime.Work
  alias PacketFlow.Runtime.Work.Outcome

  @typedoc "The role, which work of the tables, the option that says what is handled, and whether it opens the transport."
  @type side :: %{role: Roles.role(), work: non_neg_integer(), handlers: String.t() | nil, connects: boolean()}

  # How many units a peer is handed at once.
  @peer_room 64
  # A client connects once nothing was registered for so long.
  @settled 50

  @doc "Starts it; under the name of its module, unless another is given."
  @spec start_link(side(), keyword() | map()) :: GenServer.on_start()
  def start_link(side, given) do
    given = Map.new(given)
    GenServer.start_link(__MODULE__, {side, given}, name: given[:name] || side.role.module)
  end

  @doc "Has an element handled by a function. Raises if there is no such element."
  @spec register(GenServer.server(), String.t() | atom(), String.t() | atom(), Handlers.handler()) :: :ok
  def register(reactor, group, element, handler) when is_function(handler, 1) or is_function(handler, 2) do
    case GenServer.call(reactor, {:register, to_string(group), to_string(element), handler}) do
      :ok -> :ok
      {:error, words} -> raise ArgumentError, words
    end
  end

  @doc "Submits work, and waits for what became of it: the record that answers, of a failure too."
  @spec submit(GenServer.server(), struct() | map() | keyword()) :: struct()
  def submit(reactor, packet), do: GenServer.call(reactor, {:submit, packet}, :infinity)

  @doc "Waits until work can be submitted."
  @spec connect(GenServer.server(), timeout()) :: :ok | {:error, Session.error()}
  def connect(reactor, timeout) do
    case GenServer.call(reactor, :open) do
      {:session, session} -> Session.connect(session, timeout)
      :node -> :ok
    end
  end

  @doc "The port that a node listens on."
  @spec port(GenServer.server()) :: :inet.port_number()
  def port(reactor), do: GenServer.call(reactor, :port)

  @doc "Gives what is worked on so many milliseconds, gives back what is not done by then, and ends."
  @spec stop(GenServer.server(), non_neg_integer()) :: :ok
  def stop(reactor, grace) do
    GenServer.call(reactor, {:drain, System.monotonic_time(:millisecond) + grace}, :infinity)
    GenServer.stop(reactor)
  end

  @impl true
  def init({side, given}) do
    Process.flag(:trap_exit, true)
    tables = side.role.tables
    work = Work.new(tables.schema(), side.work)

    state = %{
      side: side,
      given: given,
      tables: tables,
      work: work,
      scheduler: Scheduler.new(work, given[:limits] || []),
      handlers: %{},
      running: nil,
      begun: %{},
      peers: %{},
      next: 2,
      timer: nil,
      opening: nil,
      draining: nil
    }

    state = Enum.reduce(given[:handlers] || [], state, fn {kind, handler}, state -> handled(state, Work.kind_of(work, kind), handler) end)
    if side.connects, do: {:ok, settling(state)}, else: listen(state)
  end

  @impl true
  def handle_call({:register, group, element, handler}, _, state) do
    case Work.kind(state.work, group, element) do
      nil -> {:reply, {:error, "there is no #{group}:#{element}"}, state}
      kind -> {:reply, :ok, state |> handled(kind, handler) |> settling()}
    end
  end

  def handle_call({:submit, packet}, from, state) do
    case Handlers.unit(state.tables, state.work, packet) do
      {:ok, unit} ->
        kind = Work.kind(state.work, unit.group, unit.element)
        failure = kind && Work.check(state.work, kind, :input, unit.input)

        if failure,
          do: {:reply, result(state, kind, %Outcome{id: unit.id, failure: failure}), state},
          else: {:noreply, submitted(opened(state), unit, kind, from)}

      {:error, refused} ->
        {:reply, result(state, nil, Handlers.invalid(state.work, id(packet, state.work), refused)), state}
    end
  end

  def handle_call(:open, _, %{side: %{connects: true}} = state) do
    state = opened(state)
    {:reply, {:session, state.running}, state}
  end

  def handle_call(:open, _, state), do: {:reply, :node, state}
  def handle_call(:port, _, state), do: {:reply, Server.port(state.running), state}
  def handle_call({:drain, until}, from, state), do: drained(%{state | draining: {from, until}})

  @impl true
  def handle_info({:submitted, session, request}, state) do
    {submitter, state} = submitter(state, session)
    unit = Work.unit(state.work, request.body)
    {:noreply, schedule(state, &Scheduler.submit(&1, &2, submitter, unit, {:session, session, request}))}
  end

  def handle_info({:beat, session, beat}, state) do
    {submitter, state} = submitter(state, session)
    kinds = Work.handled(state.work, beat)
    state = if kinds, do: peer(state, submitter, session, kinds), else: state
    load = Work.busy(state.work, beat)
    scheduler = if is_number(load), do: Scheduler.loaded(state.scheduler, submitter, load), else: state.scheduler
    {:noreply, %{state | scheduler: scheduler}}
  end

  def handle_info({:done, serial, output, failure}, state) do
    case Map.pop(state.begun, serial) do
      {nil, _} ->
        {:noreply, state}

      {{_, monitor}, begun} ->
        Process.demonitor(monitor, [:flush])
        {:noreply, schedule(%{state | begun: begun}, &Scheduler.finished(&1, &2, serial, output, failure))}
    end
  end

  def handle_info({:DOWN, monitor, :process, pid, reason}, state) do
    case Enum.find(state.begun, fn {_, {_, known}} -> known == monitor end) do
      {serial, _} ->
        failure = Work.failure(state.work, :failed, "the handler failed: #{inspect(reason)}")
        handle_info({:done, serial, nil, failure}, state)

      nil ->
        gone(state, pid)
    end
  end

  def handle_info({:timeout, timer, :due}, %{timer: timer} = state), do: {:noreply, schedule(%{state | timer: nil}, &Scheduler.due/2)}
  def handle_info({:timeout, timer, :open}, %{opening: timer} = state), do: {:noreply, opened(%{state | opening: nil})}
  def handle_info(:drain, state), do: drained(state)
  def handle_info({:EXIT, pid, reason}, %{running: pid} = state) when reason != :normal, do: {:stop, reason, state}
  def handle_info(_, state), do: {:noreply, state}

  @impl true
  def terminate(_, %{running: nil}), do: :ok
  def terminate(_, %{side: %{connects: true}} = state), do: Session.close(state.running)
  def terminate(_, state), do: Server.close(state.running)

  # What is handled here. A client tells the node with its next beat.
  defp handled(state, kind, handler) do
    handlers = Map.put(state.handlers, kind, handler)
    kinds = MapSet.new(Map.keys(handlers))
    room = state.given[:parallel] || System.schedulers_online()
    state = schedule(%{state | handlers: handlers}, &Scheduler.place(&1, &2, Scheduler.here(), kinds, room))
    if state.side.connects and state.running != nil, do: Session.choose(state.running, state.side.handlers, Enum.sort(kinds))
    state
  end

  defp settling(%{side: %{connects: true}, running: nil} = state) do
    if state.opening, do: :erlang.cancel_timer(state.opening)
    %{state | opening: :erlang.start_timer(@settled, self(), :open)}
  end

  defp settling(state), do: state

  defp opened(%{running: nil, side: %{connects: true} = side} = state) do
    option = Enum.find_value(side.role.options, fn {name, wire} -> if wire == side.handlers, do: name end)
    given = Map.merge(Map.drop(state.given, [:name, :endpoint, :handlers, :limits]), %{handler: nil, taken: taken(state)})
    given = if option, do: Map.put(given, option, state.handlers |> Map.keys() |> Enum.sort()), else: given
    {:ok, session} = Roles.start_link(side.role, Map.put_new(given, :url, address(state)))
    %{state | running: session}
  end

  defp opened(state), do: state

  # A host alone stands for the protocol's own address there.
  defp address(%{given: %{endpoint: endpoint}, side: side}) when is_binary(endpoint) do
    if String.contains?(endpoint, "://") do
      endpoint
    else
      URI.to_string(%{URI.parse(hd(side.role.endpoints).address) | host: endpoint, authority: nil})
    end
  end

  defp address(_), do: nil

  defp listen(state) do
    given = Map.merge(Map.drop(state.given, [:name, :handlers, :limits]), %{handler: nil, taken: taken(state)})

    case Roles.listen(state.side.role, given) do
      {:ok, server} -> {:ok, %{state | running: server}}
      {:error, reason} -> {:stop, reason}
    end
  end

  # Is shown what arrives in a session, in its process, and says whether it has taken it.
  defp taken(%{work: %{request: request, beat: beat}}) do
    reactor = self()

    fn message ->
      cond do
        message.message == request -> send(reactor, {:submitted, self(), message}) != nil
        message.message == beat -> send(reactor, {:beat, self(), message}) == nil
        true -> false
      end
    end
  end

  defp submitter(state, session) do
    case state.peers do
      %{^session => submitter} ->
        {submitter, state}

      _ ->
        Process.monitor(session)
        {state.next, %{state | peers: Map.put(state.peers, session, state.next), next: state.next + 1}}
    end
  end

  defp peer(state, submitter, _, []) when not is_map_key(state.scheduler.places, submitter), do: state

  defp peer(state, submitter, _, kinds) do
    known = for kind <- kinds, known = Work.kind_of(state.work, kind), into: MapSet.new(), do: known
    schedule(state, &Scheduler.place(&1, &2, submitter, known, @peer_room))
  end

  defp gone(state, session) do
    case Map.pop(state.peers, session) do
      {nil, _} -> {:noreply, state}
      {submitter, peers} -> {:noreply, schedule(%{state | peers: peers}, &Scheduler.remove_place(&1, &2, submitter))}
    end
  end

  # A client's own submits go to the node, a node's to its scheduler.
  defp submitted(%{side: %{connects: true}} = state, unit, kind, from) do
    {work, tables, session} = {state.work, state.tables, state.running}

    spawn_link(fn ->
      outcome =
        case Session.await(session, draft(work, work.request, [], Work.body(work, unit))) do
          {:ok, reply} -> Work.outcome(work, unit.id, reply)
          {:error, error} -> %Outcome{id: unit.id, failure: refusal(work, error)}
        end

      GenServer.reply(from, Handlers.result(tables, work, kind, outcome))
    end)

    state
  end

  defp submitted(state, unit, kind, from), do: schedule(state, &Scheduler.submit(&1, &2, 1, unit, {:here, from, kind}))

  defp schedule(state, step) do
    {todo, scheduler} = step.(state.scheduler, System.monotonic_time(:millisecond))
    todo |> Enum.reduce(%{state | scheduler: scheduler}, &perform/2) |> armed()
  end

  defp perform({:start, serial, place, unit, kind, left}, state) do
    {reactor, work, tables} = {self(), state.work, state.tables}
    unit_left = %{unit | timeout: max(left, 1)}

    run =
      if place == Scheduler.here() do
        handler = state.handlers[kind]
        fn -> Handlers.run(tables, work, handler, unit, kind) end
      else
        {session, _} = Enum.find(state.peers, fn {_, submitter} -> submitter == place end)
        fn -> hand(work, session, unit_left) end
      end

    begun =
      spawn_monitor(fn ->
        with {output, failure} <- run.(), do: send(reactor, {:done, serial, output, failure})
      end)

    %{state | begun: Map.put(state.begun, serial, begun)}
  end

  defp perform({:cancel, serial, _}, state) do
    {{pid, monitor}, begun} = Map.pop!(state.begun, serial)
    Process.demonitor(monitor, [:flush])
    Process.exit(pid, :kill)
    %{state | begun: begun}
  end

  defp perform({:answer, {:here, from, kind}, outcome}, state) do
    GenServer.reply(from, result(state, kind, outcome))
    state
  end

  defp perform({:answer, {:session, session, request}, outcome}, state) do
    work = state.work
    spawn(fn -> reply(work, session, request, outcome) end)
    state
  end

  # Has a peer do it. What a lost peer held is begun anew or given up when the scheduler hears of the loss.
  defp hand(work, session, unit) do
    case Session.await(session, draft(work, work.request, [], Work.body(work, unit))) do
      {:ok, reply} ->
        outcome = Work.outcome(work, unit.id, reply)
        {outcome.output, outcome.failure}

      {:error, {:ended, _}} ->
        Process.sleep(:infinity)

      {:error, error} ->
        {nil, Work.failure(work, :unrouted, "the peer cannot be handed it: #{inspect(error)}")}
    end
  end

  # Answers a submit. What cannot be sent is answered as a failure.
  defp reply(work, session, request, outcome) do
    with {:error, %{violations: [first | _]}} <-
           Session.call(session, draft(work, work.reply, request.envelope, Work.answer(work, outcome))) do
      failure = Work.failure(work, :failed, "the result cannot be sent: #{first}")
      Session.call(session, draft(work, work.reply, request.envelope, Work.answer(work, %{outcome | output: nil, failure: failure})))
    end
  end

  defp draft(work, message, envelope, body),
    do: %Decoded{message: message, tag: elem(work.schema.messages, message).tag || "", envelope: envelope, body: body}

  defp refusal(work, {:full, most}), do: Work.failure(work, :overloaded, "#{most} requests wait already")
  defp refusal(work, %{violations: violations}), do: Work.failure(work, :invalid, Enum.join(violations, "; "))
  defp refusal(work, {:ended, reason}), do: Work.failure(work, :unrouted, reason)
  defp refusal(work, {:not_now, message, state}), do: Work.failure(work, :unrouted, "`#{message}` cannot be sent in state `#{state}`")
  defp refusal(work, :timeout), do: Work.failure(work, :late, "no answer came in time")

  defp result(state, kind, outcome), do: Handlers.result(state.tables, state.work, kind, outcome)

  defp id(packet, work) do
    found =
      Enum.find(if(is_struct(packet), do: Map.from_struct(packet), else: packet), fn {name, _} -> to_string(name) == work.members.id end)

    if found && is_binary(elem(found, 1)), do: elem(found, 1), else: ""
  end

  defp armed(state) do
    if state.timer, do: :erlang.cancel_timer(state.timer)
    due = Scheduler.next_deadline(state.scheduler)
    %{state | timer: due && :erlang.start_timer(due, self(), :due, abs: true)}
  end

  defp drained(%{draining: {from, until}} = state) do
    {empty, scheduler} = Scheduler.drain(state.scheduler)
    state = %{state | scheduler: scheduler}

    if empty or System.monotonic_time(:millisecond) >= until do
      state = schedule(state, &Scheduler.give_back/2)
      GenServer.reply(from, :ok)
      {:noreply, state}
    else
      Process.send_after(self(), :drain, 10)
      {:noreply, state}
    end
  end
end
