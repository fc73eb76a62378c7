# @generated: comes with what ltpc writes for Elixir, and is the same for every protocol but for the name of its module.
defmodule LTP.Runtime.Scheduler do
  @moduledoc """
  Decides which unit of work is done where and when. It is a value: it is told what happens, and says what is to be done.

  Time is an argument, in milliseconds. What it holds is bounded by its limits. What is to be done is `{:start, serial, place, unit, kind, left}`
  (tell `finished/5` when it has been), `{:cancel, serial, place}` (it counts as finished) or `{:answer, to, outcome}`: each submit has exactly one.
  """

  alias LTP.Runtime.Remembered
  alias LTP.Runtime.Work
  alias LTP.Runtime.Work.Outcome
  alias LTP.Runtime.Work.Unit

  @here 0
  @urgent 10

  @limits %{
    capacity: 1_000,
    remembered: 10_000,
    remembered_octets: 67_108_864,
    remember_for: 600_000,
    aging: 1_000,
    timeout: 30_000,
    tries: 3
  }

  defstruct [:work, :limits, :remembered, next: 0, units: %{}, by_id: %{}, dependents: %{}, deadlines: :gb_sets.new()] ++
              [queues: %{}, lanes: %{}, places: %{}, waiting: 0, draining: false, out: []]

  @type t :: %__MODULE__{}
  @type place :: non_neg_integer()
  @type todo ::
          {:start, serial :: non_neg_integer(), place(), Unit.t(), kind :: String.t(), left :: non_neg_integer()}
          | {:cancel, serial :: non_neg_integer(), place()}
          | {:answer, to :: term(), Outcome.t()}
  @type done :: {[todo()], t()}

  @doc """
  A scheduler that holds nothing. Limits, in milliseconds and octets: `capacity` of submits, `remembered` outcomes, `remembered_octets` of them,
  `remember_for`, `aging` (in which waiting raises a priority by one), `timeout` where nothing else is said, `tries` where peers are lost.
  """
  @spec new(Work.t(), map() | keyword()) :: t()
  def new(work, limits \\ []) do
    limits = Map.merge(@limits, Map.new(limits))
    %__MODULE__{work: work, limits: limits, remembered: Remembered.new(limits)}
  end

  @doc "The place that is the node itself; others are peers."
  @spec here() :: place()
  def here, do: @here

  @doc "How full it is, from 0 to 1."
  @spec load(t()) :: float()
  def load(scheduler), do: min(scheduler.waiting / max(scheduler.limits.capacity, 1), 1.0)

  @doc "When something must be done by itself."
  @spec next_deadline(t()) :: integer() | nil
  def next_deadline(%{deadlines: deadlines}) do
    if :gb_sets.is_empty(deadlines), do: nil, else: deadlines |> :gb_sets.smallest() |> elem(0)
  end

  @doc "A place handles these kinds, so many units at once. Of a place that is known already, the kinds change."
  @spec place(t(), integer(), place(), MapSet.t(String.t()), pos_integer()) :: done()
  def place(scheduler, now, place, kinds, capacity) do
    known = Map.get(scheduler.places, place, %{kinds: MapSet.new(), free: capacity, load: 0})
    lost = MapSet.difference(known.kinds, kinds)

    %{scheduler | places: Map.put(scheduler.places, place, %{known | kinds: kinds})}
    |> unroute(now, lost)
    |> start(now)
    |> done()
  end

  @doc "A place says how busy it is, from 0 to 1: of those that handle an element the less busy one is asked."
  @spec loaded(t(), place(), number()) :: t()
  def loaded(%{places: places} = scheduler, place, load) when is_map_key(places, place),
    do: put_in(scheduler.places[place].load, trunc(min(max(load, 0), 1) * 10))

  def loaded(scheduler, _, _), do: scheduler

  @doc """
  A place is gone. What was worked on there is tried elsewhere, unless its element is only to be done once, or it was tried as often as may be;
  that is not done, and neither is what nobody else handles.
  """
  @spec remove_place(t(), integer(), place()) :: done()
  def remove_place(scheduler, now, place) do
    case Map.pop(scheduler.places, place) do
      {nil, _} ->
        {[], scheduler}

      {known, places} ->
        held = for {serial, %{place: ^place}} <- scheduler.units, do: serial

        held
        |> Enum.sort()
        |> Enum.reduce(%{scheduler | places: places}, &lost(&2, now, &1))
        |> unroute(now, known.kinds)
        |> start(now)
        |> done()
    end
  end

  @doc "A unit is submitted. `submitter` tells who: the units of ordered groups are done one by one for each."
  @spec submit(t(), integer(), place(), Unit.t(), term()) :: done()
  def submit(scheduler, now, submitter, unit, to) do
    {remembered, found} = Remembered.get(scheduler.remembered, now, unit.id)
    scheduler = %{scheduler | remembered: remembered}
    full = scheduler.waiting >= scheduler.limits.capacity
    serial = scheduler.by_id[unit.id]

    cond do
      found != nil ->
        {[{:answer, to, found}], scheduler}

      serial != nil and not full ->
        scheduler = update_in(scheduler.units[serial].waiters, &(&1 ++ [to]))
        {[], %{scheduler | waiting: scheduler.waiting + 1}}

      true ->
        kind = Work.kind(scheduler.work, unit.group, unit.element)
        {failure, blockers} = judged(scheduler, now, unit, kind, full)

        scheduler =
          if failure,
            do: out(scheduler, {:answer, to, %Outcome{id: unit.id, failure: failure}}),
            else: hold(scheduler, now, submitter, unit, kind, blockers, to)

        scheduler |> start(now) |> done()
    end
  end

  @doc "What was started is done. Of what was cancelled nothing is known any more."
  @spec finished(t(), integer(), non_neg_integer(), String.t() | nil, Work.failure() | nil) :: done()
  def finished(scheduler, now, serial, output, failure) do
    case scheduler.units do
      %{^serial => %{place: place}} when place != nil -> scheduler |> finish(now, serial, failure, output, true) |> start(now) |> done()
      _ -> {[], scheduler}
    end
  end

  @doc "What has taken too long is answered, and no longer worked on."
  @spec due(t(), integer()) :: done()
  def due(scheduler, now), do: scheduler |> overdue(now) |> start(now) |> done()

  @doc "Nothing more is taken in; what is held is done. Whether nothing is left."
  @spec drain(t()) :: {boolean(), t()}
  def drain(scheduler), do: {scheduler.units == %{}, %{scheduler | draining: true}}

  @doc "Everything that is held is given back undone: answered with the code that says that another may do it."
  @spec give_back(t(), integer()) :: done()
  def give_back(scheduler, now) do
    failure = Work.failure(scheduler.work, :unrouted, "the node is shutting down")

    scheduler.units
    |> Map.keys()
    |> Enum.sort()
    |> Enum.reduce(%{scheduler | draining: true}, fn serial, scheduler ->
      scheduler |> cancelled(serial) |> finish(now, serial, failure, nil, false)
    end)
    |> done()
  end

  defp done(scheduler), do: {Enum.reverse(scheduler.out), %{scheduler | out: []}}
  defp out(scheduler, todo), do: %{scheduler | out: [todo | scheduler.out]}

  defp cancelled(%{units: units} = scheduler, serial) do
    case units do
      %{^serial => %{place: place}} when place != nil -> out(scheduler, {:cancel, serial, place})
      _ -> scheduler
    end
  end

  defp lost(scheduler, now, serial) do
    held = scheduler.units[serial]

    if held.tries < scheduler.limits.tries and not Work.once?(scheduler.work, held.kind),
      do: scheduler |> put_held(serial, %{held | place: nil}) |> queue(serial),
      else: finish(scheduler, now, serial, Work.failure(scheduler.work, :unrouted, "the peer that worked on it is gone"), nil, true)
  end

  # Why a unit is refused, or what it must wait for.
  defp judged(scheduler, now, unit, kind, full) do
    work = scheduler.work

    cond do
      scheduler.draining -> {Work.failure(work, :overloaded, "the node is shutting down"), nil}
      full -> {Work.failure(work, :overloaded, "#{scheduler.limits.capacity} units wait already"), nil}
      kind == nil -> {Work.failure(work, :unhandled, "there is no #{unit.group}:#{unit.element}"), nil}
      not handled?(scheduler, kind) -> {Work.failure(work, unhandled(scheduler), "nothing handles #{kind}"), nil}
      true -> blockers(scheduler, now, unit)
    end
  end

  defp unhandled(scheduler), do: if(Enum.any?(Map.keys(scheduler.places), &(&1 != @here)), do: :unrouted, else: :unhandled)
  defp handled?(scheduler, kind), do: Enum.any?(scheduler.places, fn {_, place} -> kind in place.kinds end)

  defp blockers(scheduler, now, unit) do
    outcomes = for id <- unit.after, do: {id, scheduler.remembered |> Remembered.get(now, id) |> elem(1)}
    blockers = MapSet.new(for {id, nil} <- outcomes, do: id)

    cond do
      undone = Enum.find(outcomes, fn {_, outcome} -> outcome != nil and outcome.failure != nil end) ->
        {blocked_by(scheduler, elem(undone, 0)), nil}

      cycle?(scheduler, MapSet.to_list(blockers), unit.id, MapSet.new()) ->
        {Work.failure(scheduler.work, :invalid, "#{unit.id} depends on itself"), nil}

      true ->
        {nil, blockers}
    end
  end

  defp cycle?(_, [], _, _), do: false
  defp cycle?(_, [id | _], id, _), do: true

  defp cycle?(scheduler, [following | rest], id, seen) do
    held = scheduler.units[scheduler.by_id[following]]

    if following in seen or held == nil,
      do: cycle?(scheduler, rest, id, seen),
      else: cycle?(scheduler, Enum.to_list(held.blockers || []) ++ rest, id, MapSet.put(seen, following))
  end

  defp blocked_by(scheduler, id), do: Work.failure(scheduler.work, :blocked, "#{id}, on which it depends, was not done")

  defp hold(scheduler, now, submitter, unit, kind, blockers, to) do
    serial = scheduler.next
    route = Map.get(scheduler.work.routes, unit.group, "parallel")
    deadline = now + max(unit.timeout || scheduler.limits.timeout, 1)
    lane = if route == "ordered", do: {submitter, unit.group}
    # Waiting raises every priority alike, so that of two units that wait the order never changes.
    score = (unit.priority + if(route == "urgent", do: @urgent, else: 0)) * max(scheduler.limits.aging, 1) - now
    held = %{unit: unit, kind: kind, lane: lane, score: score, deadline: deadline, waiters: [to]}
    held = Map.merge(held, %{blockers: blockers, place: nil, since: 0, tries: 0})
    dependents = Enum.reduce(blockers, scheduler.dependents, fn id, known -> Map.update(known, id, [serial], &(&1 ++ [serial])) end)
    # In an ordered group even what is blocked keeps its place in the line.
    lanes = if lane, do: Map.update(scheduler.lanes, lane, [serial], &(&1 ++ [serial])), else: scheduler.lanes

    ready(
      %{
        scheduler
        | next: serial + 1,
          units: Map.put(scheduler.units, serial, held),
          by_id: Map.put(scheduler.by_id, unit.id, serial),
          dependents: dependents,
          lanes: lanes,
          deadlines: :gb_sets.add({deadline, serial}, scheduler.deadlines),
          waiting: scheduler.waiting + 1
      },
      serial
    )
  end

  defp put_held(scheduler, serial, held), do: %{scheduler | units: Map.put(scheduler.units, serial, held)}

  # A unit that waits for nothing joins the queue of its kind; of an ordered group, once it is its turn.
  defp ready(scheduler, serial) do
    held = scheduler.units[serial]

    cond do
      held == nil or held.blockers == nil or MapSet.size(held.blockers) > 0 -> scheduler
      held.lane != nil and hd(scheduler.lanes[held.lane]) != serial -> scheduler
      true -> scheduler |> put_held(serial, %{held | blockers: nil}) |> queue(serial)
    end
  end

  defp queue(scheduler, serial) do
    held = scheduler.units[serial]
    entry = {-held.score, serial}
    %{scheduler | queues: Map.update(scheduler.queues, held.kind, :gb_sets.singleton(entry), &:gb_sets.add(entry, &1))}
  end

  defp unqueue(scheduler, kind, entry) do
    case scheduler.queues do
      %{^kind => queue} ->
        left = :gb_sets.delete_any(entry, queue)
        queues = if :gb_sets.is_empty(left), do: Map.delete(scheduler.queues, kind), else: Map.put(scheduler.queues, kind, left)
        %{scheduler | queues: queues}

      _ ->
        scheduler
    end
  end

  # Starts what can be: the best of all that wait for a kind with a free place, until there is none.
  defp start(scheduler, now) do
    able = for {kind, queue} <- scheduler.queues, place = free(scheduler, kind), do: {:gb_sets.smallest(queue), kind, place}

    case Enum.min(able, fn -> nil end) do
      nil ->
        scheduler

      {{_, serial} = entry, kind, place} ->
        held = scheduler.units[serial]
        held = %{held | place: place, since: now, tries: held.tries + 1}
        scheduler = scheduler |> unqueue(kind, entry) |> put_held(serial, held)

        update_in(scheduler.places[place].free, &(&1 - 1))
        |> out({:start, serial, place, held.unit, kind, max(held.deadline - now, 0)})
        |> start(now)
    end
  end

  # The node itself first, then who is least busy, then who has most room.
  defp free(scheduler, kind) do
    able = for {place, known} <- scheduler.places, known.free > 0, kind in known.kinds, do: {place != @here, known.load, -known.free, place}

    case Enum.min(able, fn -> nil end) do
      nil -> nil
      {_, _, _, place} -> place
    end
  end

  defp overdue(scheduler, now) do
    case next_deadline(scheduler) do
      due when due != nil and due <= now ->
        {_, serial} = :gb_sets.smallest(scheduler.deadlines)
        held = scheduler.units[serial]

        message =
          cond do
            held.blockers != nil and MapSet.size(held.blockers) > 0 -> "#{Enum.min(held.blockers)} did not come in time"
            held.place == nil -> "it was not begun in time"
            true -> "it took too long"
          end

        failure = Work.failure(scheduler.work, :late, message)
        scheduler |> cancelled(serial) |> finish(now, serial, failure, nil, true) |> overdue(now)

      _ ->
        scheduler
    end
  end

  # A unit is over: its submits are answered, and what waited for it goes on or fails with it.
  defp finish(scheduler, now, serial, failure, output, remember),
    do: finish_all([{serial, failure, output}], scheduler, now, remember)

  defp finish_all([], scheduler, _, _), do: scheduler

  defp finish_all([{serial, failure, output} | rest], %{units: units} = scheduler, now, remember) when is_map_key(units, serial) do
    {held, units} = Map.pop!(units, serial)
    id = held.unit.id
    took = if held.place == nil, do: 0, else: max(now - held.since, 0)
    outcome = %Outcome{id: id, output: output, failure: failure, took: took}
    {dependents, known} = scheduler.dependents |> without(held.blockers || [], serial) |> Map.pop(id, [])

    scheduler =
      %{
        scheduler
        | units: units,
          by_id: Map.delete(scheduler.by_id, id),
          dependents: known,
          deadlines: :gb_sets.delete({held.deadline, serial}, scheduler.deadlines),
          waiting: scheduler.waiting - length(held.waiters)
      }
      |> unqueue(held.kind, {-held.score, serial})
      |> freed(held.place)
      |> stepped_out(held, serial)

    scheduler = Enum.reduce(held.waiters, scheduler, &out(&2, {:answer, &1, outcome}))
    {failed, scheduler} = follow(scheduler, dependents, id, failure)
    scheduler = if remember, do: %{scheduler | remembered: Remembered.add(scheduler.remembered, now, outcome)}, else: scheduler
    finish_all(rest ++ failed, scheduler, now, remember)
  end

  defp finish_all([_ | rest], scheduler, now, remember), do: finish_all(rest, scheduler, now, remember)

  defp without(dependents, blockers, serial) do
    Enum.reduce(blockers, dependents, fn id, known ->
      case List.delete(Map.get(known, id, []), serial) do
        [] -> Map.delete(known, id)
        left -> Map.put(known, id, left)
      end
    end)
  end

  defp freed(%{places: places} = scheduler, place) when is_map_key(places, place), do: update_in(scheduler.places[place].free, &(&1 + 1))
  defp freed(scheduler, _), do: scheduler

  # A unit leaves its line; it is the next one's turn.
  defp stepped_out(scheduler, %{lane: nil}, _), do: scheduler

  defp stepped_out(scheduler, %{lane: lane}, serial) do
    case List.delete(scheduler.lanes[lane], serial) do
      [] -> %{scheduler | lanes: Map.delete(scheduler.lanes, lane)}
      [next | _] = left -> ready(%{scheduler | lanes: Map.put(scheduler.lanes, lane, left)}, next)
    end
  end

  defp follow(scheduler, dependents, id, nil) do
    scheduler =
      Enum.reduce(dependents, scheduler, fn serial, scheduler ->
        case scheduler.units do
          %{^serial => %{blockers: blockers} = held} when blockers != nil ->
            scheduler |> put_held(serial, %{held | blockers: MapSet.delete(blockers, id)}) |> ready(serial)

          _ ->
            scheduler
        end
      end)

    {[], scheduler}
  end

  defp follow(scheduler, dependents, id, _), do: {Enum.map(dependents, &{&1, blocked_by(scheduler, id), nil}), scheduler}

  # What waits for a kind that nobody handles any more is answered.
  defp unroute(scheduler, now, kinds) do
    lost = Enum.reject(kinds, &handled?(scheduler, &1))
    failure = Work.failure(scheduler.work, :unrouted, "who handled it is gone")
    waiting = for {serial, %{place: nil, kind: kind}} <- scheduler.units, kind in lost, do: serial
    waiting |> Enum.sort() |> Enum.reduce(scheduler, &finish(&2, now, &1, failure, nil, false))
  end
end
