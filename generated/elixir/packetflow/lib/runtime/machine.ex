# @generated: comes with what ltpc writes for Elixir, and is the same for every protocol but for the name of its module.
defmodule PacketFlow.Runtime.Machine do
  @moduledoc """
  The session machine of any role, from its table. It is a value: it reads no clock, socket or randomness of its own.

  An input goes in with the time, and what is to be done comes out in order, with the machine as it is then. It does nothing before `start/3`.
  """

  alias PacketFlow.Refused
  alias PacketFlow.Runtime.Acting
  alias PacketFlow.Runtime.Decoded
  alias PacketFlow.Runtime.Drafts
  alias PacketFlow.Runtime.Entropy
  alias PacketFlow.Runtime.Evaluate
  alias PacketFlow.Runtime.Policy
  alias PacketFlow.Runtime.Requests
  alias PacketFlow.Runtime.Schema
  alias PacketFlow.Runtime.Timers
  alias PacketFlow.Runtime.Values
  alias PacketFlow.Runtime.Walk
  alias PacketFlow.Runtime.Window
  alias PacketFlow.Violation

  defstruct [:schema, :role, :options, :state, :message, :refused, :row, :asked] ++
              [vars: {}, persists: {}, own: {}, said: [], came: nil, actions: [], entered: false, started: false] ++
              [clocks: %{}, timers: [], retries: [], windows: [], requests: []] ++
              [now: 0, unix: 0, peer: "", entropy: :system, policy: %Policy{}]

  @typedoc """
  - `now`: milliseconds since a beginning that only this machine knows; `unix`: since the Unix epoch;
  - `peer`: the host at the transport's other end;
  - `came`: what came in: `:message`, `:call`, `:malformed`, `:row`, `:open`, `:closed` or nothing;
  - `own`: the variables of the state;
  - `said`: what the application said of the envelope.
  """
  @type t :: %__MODULE__{}

  @type time :: {now :: integer(), unix :: integer()}

  @type action ::
          :connect
          | {:send, Decoded.t(), text :: String.t()}
          | {:deliver, Decoded.t()}
          | {:answer, request :: Decoded.t(), reply :: Decoded.t()}
          | {:close, reason :: String.t()}
          | {:drop, reason :: String.t()}
          | {:enter, state :: String.t()}
          | {:store, space :: String.t(), key :: String.t(), value :: String.t(), expires :: integer() | nil}
          | {:forget, space :: String.t(), key :: String.t()}
          | {:lookup, space :: String.t(), key :: String.t()}
          | {:not_now, message :: String.t(), state :: String.t()}
          | {:full, most :: non_neg_integer()}
          | {:invalid, [Violation.t()]}
          | {:unexpected, input :: String.t(), state :: String.t(), Refused.t() | nil}

  @type step :: {[action()], t()}

  @doc "A machine of a role, with the values of its options."
  @spec new(Schema.t(), map(), tuple(), keyword()) :: t()
  def new(schema, role, options, given \\ []) do
    machine = %__MODULE__{
      schema: schema,
      role: role,
      options: options,
      state: role.start,
      retries: Enum.map(role.retries, &Timers.retry/1),
      windows: Enum.map(role.uniques, &Window.new(&1.last))
    }

    %{machine | entropy: given[:entropy] || :system, policy: given[:policy] || %Policy{}, peer: given[:peer] || ""}
  end

  @doc "A machine that only knows its options: what their first values are evaluated in."
  @spec chosen(Schema.t(), map(), tuple()) :: t()
  def chosen(schema, role, options), do: %__MODULE__{schema: schema, role: role, options: options, entropy: Entropy.seeded(0)}

  @doc "The state's name in the schema."
  @spec state(t()) :: String.t()
  def state(machine), do: Acting.state(machine).name

  @doc "Whether nothing that comes in does anything any more."
  @spec ended?(t()) :: boolean()
  def ended?(machine), do: Acting.state(machine).end

  @doc "Whether the state sends what an application asks for."
  @spec sends?(t()) :: boolean()
  def sends?(machine), do: Enum.any?(Acting.state(machine).transitions, &(&1.on == :call))

  @doc "When the next timer is due."
  @spec next_deadline(t()) :: integer() | nil
  def next_deadline(machine) do
    due = for found <- [Acting.earliest(machine), Requests.earliest(machine)], found != nil, do: elem(found, 0)
    Enum.min(due, fn -> nil end)
  end

  @doc "Under which space and key the values that survive a restart are kept, if the role declares any."
  @spec persistence(t()) :: {String.t(), String.t()} | nil
  def persistence(%{role: %{persists: []}}), do: nil

  def persistence(%{role: role, options: options}) do
    key = if role.persist_key, do: Evaluate.key_text(elem(options, role.persist_key)), else: ""
    {"#{role.session}.#{role.name}", key}
  end

  @doc "The endpoint starts; `persisted` is the object's text that is stored at `persistence/1`."
  @spec start(t(), time(), String.t() | nil) :: step()
  def start(machine, time, persisted) do
    machine = %{
      timed(machine, time)
      | started: true,
        clocks: %{},
        timers: [],
        retries: Enum.map(machine.role.retries, &Timers.retry/1),
        windows: Enum.map(machine.role.uniques, &Window.new(&1.last)),
        requests: Requests.none(machine.role),
        persists: machine.schema |> Drafts.load(machine.role.persists, persisted) |> List.to_tuple(),
        vars: {}
    }

    machine
    |> came(nil)
    |> first_values()
    |> Acting.enter(machine.role.start, [])
    |> Acting.settle()
    |> taken()
  end

  @doc "The transport is open."
  @spec opened(t(), time()) :: step()
  def opened(machine, time) do
    live(machine, time, fn machine ->
      windows = Enum.map(machine.role.uniques, &Window.new(&1.last))
      %{machine | windows: windows} |> came(:open) |> expect(:open, nil, "open")
    end)
  end

  @doc "The transport is gone, or could not be opened."
  @spec closed(t(), time()) :: step()
  def closed(machine, time), do: live(machine, time, &(&1 |> came(:closed) |> expect(:closed, nil, "closed")))

  @doc "A message arrived."
  @spec message(t(), time(), Decoded.t()) :: step()
  def message(machine, time, message) do
    live(machine, time, fn machine ->
      {repeated, machine} = repeated(machine, message)
      machine = came(machine, :message, message: message)

      case repeated do
        nil -> expect(machine, :messages, message.message, elem(machine.schema.messages, message.message).name)
        index -> machine |> Acting.transition(:repeat, index) |> elem(1)
      end
    end)
  end

  @doc "Something arrived that is no message."
  @spec malformed(t(), time(), Refused.t()) :: step()
  def malformed(machine, time, refused),
    do: live(machine, time, &(&1 |> came(:malformed, refused: refused) |> expect(:malformed, nil, "malformed")))

  @doc "The time of `next_deadline/1` has come."
  @spec due(t(), time()) :: step()
  def due(machine, time), do: live(machine, time, &Acting.due(came(&1, nil)))

  @doc "The application asks to send a message."
  @spec call(t(), time(), Decoded.t()) :: step()
  def call(machine, time, draft) do
    live(machine, time, fn machine ->
      machine = %{machine | said: draft.envelope} |> came(:call, message: Drafts.filled(machine.schema, draft))
      name = elem(machine.schema.messages, draft.message).name
      asked(machine, :call, draft.message, name)
    end)
  end

  @doc "The application asks to close."
  @spec close(t(), time()) :: step()
  def close(machine, time), do: live(machine, time, &(&1 |> came(nil) |> asked(:close, nil, "close")))

  @doc "The application gives up on the request whose first key this is."
  @spec cancel(t(), time(), String.t()) :: step()
  def cancel(machine, time, key), do: live(machine, time, &Acting.cancel(&1, key))

  @doc "The answer to a look-up: the row's JSON text, if there is one."
  @spec found(t(), time(), String.t() | nil) :: step()
  def found(machine, time, row) do
    live(machine, time, fn
      %{asked: nil} = machine -> machine
      machine -> answered(%{machine | asked: nil}, Enum.at(machine.role.tables, machine.asked), row)
    end)
  end

  # How a step goes.

  defp live(machine, time, step) do
    if not machine.started or ended?(machine) do
      {[], machine}
    else
      before = machine.persists
      machine = machine |> timed(time) |> step.()
      machine = if machine.persists == before, do: machine, else: Acting.keep(machine, persistence(machine))
      taken(machine)
    end
  end

  defp timed(machine, {now, unix}), do: %{machine | now: now, unix: unix}

  defp taken(machine), do: {Enum.reverse(machine.actions), %{machine | actions: []}}

  defp came(machine, kind, what \\ []),
    do: %{machine | came: kind, message: what[:message], refused: what[:refused], row: what[:row]}

  # The first values of variables, each of which may name those before it.
  defp first_values(machine) do
    Enum.reduce(machine.role.vars, machine, fn var, machine ->
      {value, machine} = Evaluate.eval(var.init, machine)
      %{machine | vars: Tuple.append(machine.vars, value)}
    end)
  end

  # Takes the first transition that fits; without one, what came is unexpected.
  defp expect(machine, on, of, name) do
    case Acting.transition(machine, on, of) do
      {true, machine} -> machine
      {false, machine} -> Acting.unexpected(machine, name)
    end
  end

  defp asked(machine, on, of, name) do
    case Acting.transition(machine, on, of) do
      {true, machine} -> machine
      {false, machine} -> Acting.act(machine, {:not_now, name, state(machine)})
    end
  end

  # Which `unique` the message breaks, if any; else its texts are remembered.
  defp repeated(machine, message) do
    envelope = elem(machine.schema.messages, message.message).envelope

    machine.role.uniques
    |> Enum.with_index()
    |> Enum.reduce_while({nil, machine}, fn {unique, index}, {_, machine} ->
      with true <- unique.envelope == envelope,
           {:ok, text} when is_binary(text) <- Values.fetch(message.envelope, unique.member) do
        {new?, window} = machine.windows |> Enum.at(index) |> Window.insert(text)
        machine = %{machine | windows: List.replace_at(machine.windows, index, window)}
        if new?, do: {:cont, {nil, machine}}, else: {:halt, {index, machine}}
      else
        _ -> {:cont, {nil, machine}}
      end
    end)
  end

  defp answered(machine, table, row) do
    case row && Walk.decode_value(machine.schema, table.row, row) do
      {:ok, value} -> machine |> came(:row, row: value) |> Acting.transition(:found, nil) |> elem(1)
      _ -> machine |> came(nil) |> Acting.transition(:missing, nil) |> elem(1)
    end
  end
end
