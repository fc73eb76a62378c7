# @generated: comes with what ltpc writes for Elixir, and is the same for every protocol but for the name of its module.
defmodule PacketFlow.SchedulerTest do
  use ExUnit.Case, async: true

  alias PacketFlow.Runtime.Scheduler
  alias PacketFlow.Runtime.Work
  alias PacketFlow.Runtime.Work.Unit

  @codes ~w[unhandled invalid unrouted overloaded blocked failed late]a
  @kinds MapSet.new(~w[line:step side:step side:once alarm:step])

  # A group of each kind, of elements that nothing is said of but that one is never begun anew.
  defp work do
    %Work{
      codes: Map.new(@codes, &{&1, Atom.to_string(&1)}),
      routes: %{"line" => "ordered", "side" => "parallel", "alarm" => "urgent"},
      open: true,
      elements: %{{"side", "once"} => %{name: "once", once: true}}
    }
  end

  defp scheduler(room, limits \\ []) do
    {[], scheduler} = work() |> Scheduler.new(limits) |> Scheduler.place(0, Scheduler.here(), @kinds, room)
    scheduler
  end

  defp unit(id, options \\ []) do
    {kind, options} = Keyword.pop(options, :kind, "side:step")
    [group, element] = String.split(kind, ":")
    struct!(%Unit{id: id, group: group, element: element, input: "null"}, options)
  end

  # What is begun and answered, by ids, in its order; `serials` tells which unit is which.
  defp said(todo) do
    for one <- todo do
      case one do
        {:start, _, place, unit, _, _} -> {:start, unit.id, place}
        {:cancel, _, place} -> {:cancel, place}
        {:answer, to, %{failure: nil}} -> {:done, to}
        {:answer, to, %{failure: {code, _}}} -> {:failed, to, code}
      end
    end
  end

  defp submit(scheduler, now, unit, submitter \\ 1) do
    {todo, scheduler} = Scheduler.submit(scheduler, now, submitter, unit, unit.id)
    {said(todo), scheduler}
  end

  defp submit_all(scheduler, now, units) do
    Enum.reduce(units, {[], scheduler}, fn unit, {said, scheduler} ->
      {more, scheduler} = submit(scheduler, now, unit)
      {said ++ more, scheduler}
    end)
  end

  # Units have serials in the order of their submits.
  defp finish(scheduler, now, serial, failure \\ nil) do
    {todo, scheduler} = Scheduler.finished(scheduler, now, serial, if(failure, do: nil, else: "1"), failure && {failure, "so"})
    {said(todo), scheduler}
  end

  defp starts(said), do: for({:start, id, _} <- said, do: id)

  test "an ordered group is done one by one for each submitter, whatever the priority" do
    scheduler = scheduler(10)
    {said, scheduler} = submit_all(scheduler, 0, [unit("a", kind: "line:step"), unit("b", kind: "line:step", priority: 10)])
    assert starts(said) == ["a"]
    {said, scheduler} = submit(scheduler, 0, unit("other", kind: "line:step"), 2)
    assert starts(said) == ["other"]
    {said, _} = finish(scheduler, 1, 0)
    assert said == [{:done, "a"}, {:start, "b", Scheduler.here()}]
  end

  test "in an ordered group who waits for a dependency keeps its place" do
    units = [unit("free", kind: "side:step"), unit("waits", kind: "line:step", after: ["free"]), unit("behind", kind: "line:step")]
    {said, scheduler} = submit_all(scheduler(10), 0, units)
    assert starts(said) == ["free"]
    {said, scheduler} = finish(scheduler, 1, 0)
    assert starts(said) == ["waits"]
    {said, _} = finish(scheduler, 2, 1)
    assert starts(said) == ["behind"]
  end

  test "other groups run side by side as far as there is room, and urgent ones first" do
    units = [unit("one"), unit("two"), unit("three", priority: 10), unit("now", kind: "alarm:step", priority: 1)]
    {said, scheduler} = submit_all(scheduler(2), 0, units)
    assert starts(said) == ["one", "two"]
    {said, scheduler} = finish(scheduler, 1, 0)
    assert starts(said) == ["now"]
    {said, _} = finish(scheduler, 1, 1)
    assert starts(said) == ["three"]
  end

  test "the greatest priority goes first among what waits, and equals in their order" do
    units = [unit("holds"), unit("low", priority: 1), unit("first", priority: 5), unit("second", priority: 5), unit("high", priority: 9)]
    {_, scheduler} = submit_all(scheduler(1), 0, units)

    {order, _} =
      Enum.map_reduce([0, 4, 2, 3], scheduler, fn serial, scheduler ->
        {said, scheduler} = finish(scheduler, 1, serial)
        {starts(said), scheduler}
      end)

    assert order == [["high"], ["first"], ["second"], ["low"]]
  end

  test "what waits long enough goes before what came later, whatever the priority" do
    {_, scheduler} = submit_all(scheduler(1, aging: 1_000, timeout: 600_000), 0, [unit("holds"), unit("old", priority: 1)])
    {_, scheduler} = submit(scheduler, 10_001, unit("new", priority: 10))
    assert {[{:done, "holds"}, {:start, "old", _}], _} = finish(scheduler, 10_002, 0)
  end

  test "a diamond is done in its order" do
    units = [unit("top"), unit("left", after: ["top"]), unit("right", after: ["top"]), unit("bottom", after: ["left", "right"])]
    {said, scheduler} = submit_all(scheduler(10), 0, units)
    assert starts(said) == ["top"]
    {said, scheduler} = finish(scheduler, 1, 0)
    assert Enum.sort(starts(said)) == ["left", "right"]
    {said, scheduler} = finish(scheduler, 2, 2)
    assert starts(said) == []
    {said, _} = finish(scheduler, 3, 1)
    assert starts(said) == ["bottom"]
  end

  test "what depends on a failure fails with it, all the way down" do
    units = [unit("top"), unit("middle", after: ["top"]), unit("bottom", after: ["middle"])]
    {_, scheduler} = submit_all(scheduler(10), 0, units)
    {said, scheduler} = finish(scheduler, 1, 0, "failed")
    assert said == [{:failed, "top", "failed"}, {:failed, "middle", "blocked"}, {:failed, "bottom", "blocked"}]
    # What comes later depends on what is remembered.
    assert {[{:failed, "late", "blocked"}], _} = submit(scheduler, 2, unit("late", after: ["middle"]))
  end

  test "a circle is refused where it closes, and the rest waits for its time" do
    {said, scheduler} = submit_all(scheduler(10), 0, [unit("a", after: ["b"], timeout: 50), unit("b", after: ["a"])])
    assert said == [{:failed, "b", "invalid"}]
    assert Scheduler.next_deadline(scheduler) == 50
    {todo, _} = Scheduler.due(scheduler, 50)
    assert said(todo) == [{:failed, "a", "late"}]
  end

  test "what takes too long is cancelled, and its late result is nothing" do
    {_, scheduler} = submit_all(scheduler(1), 0, [unit("long", timeout: 100), unit("next")])
    assert {[], scheduler} = Scheduler.due(scheduler, 99)
    {todo, scheduler} = Scheduler.due(scheduler, 100)
    assert said(todo) == [{:cancel, Scheduler.here()}, {:failed, "long", "late"}, {:start, "next", Scheduler.here()}]
    assert {[], _} = finish(scheduler, 101, 0)
  end

  test "an id that comes again has the first one's outcome, while it is remembered" do
    {_, scheduler} = submit(scheduler(1, remember_for: 1_000), 0, unit("same"))
    {[], scheduler} = Scheduler.submit(scheduler, 1, 2, unit("same"), "again")
    {said, scheduler} = finish(scheduler, 10, 0)
    assert said == [{:done, "same"}, {:done, "again"}]
    assert {[{:done, "same"}], scheduler} = submit(scheduler, 500, unit("same"))
    assert {[{:start, "same", _}], _} = submit(scheduler, 1_011, unit("same"))
  end

  test "what finds no room is refused at once" do
    {said, scheduler} = submit_all(scheduler(1, capacity: 2), 0, [unit("a"), unit("b"), unit("c")])
    assert {:failed, "c", "overloaded"} in said
    assert Scheduler.load(scheduler) == 1.0
    {_, scheduler} = finish(scheduler, 1, 0)
    assert {[], _} = submit(scheduler, 1, unit("d"))
  end

  test "peers take what the node does not handle, and what is lost with one is said" do
    {[], scheduler} = work() |> Scheduler.new() |> Scheduler.place(0, 7, MapSet.new(["side:step"]), 1)
    assert {[{:failed, "none", "unrouted"}], scheduler} = submit(scheduler, 0, unit("none", kind: "alarm:step"))
    {said, scheduler} = submit_all(scheduler, 0, [unit("there"), unit("waits")])
    assert said == [{:start, "there", 7}]
    {todo, _} = Scheduler.remove_place(scheduler, 1, 7)
    assert Enum.sort(said(todo)) == [{:failed, "there", "unrouted"}, {:failed, "waits", "unrouted"}]
  end

  test "what a lost peer worked on is tried elsewhere, unless it is only to be done once" do
    kinds = MapSet.new(["side:step", "side:once"])
    {[], scheduler} = work() |> Scheduler.new() |> Scheduler.place(0, 7, kinds, 10)
    {said, scheduler} = submit_all(scheduler, 0, [unit("again"), unit("never", kind: "side:once")])
    assert said == [{:start, "again", 7}, {:start, "never", 7}]
    {[], scheduler} = Scheduler.place(scheduler, 1, 8, kinds, 10)
    {todo, _} = Scheduler.remove_place(scheduler, 2, 7)
    assert Enum.sort(said(todo)) == [{:failed, "never", "unrouted"}, {:start, "again", 8}]
  end

  test "of peers that handle an element the least busy one is asked" do
    {[], scheduler} = work() |> Scheduler.new() |> Scheduler.place(0, 7, @kinds, 10)
    {[], scheduler} = Scheduler.place(scheduler, 0, 8, @kinds, 10)
    scheduler = scheduler |> Scheduler.loaded(7, 0.9) |> Scheduler.loaded(8, 0.2)
    assert {[{:start, "a", 8}], scheduler} = submit(scheduler, 0, unit("a"))
    assert {[{:start, "b", 7}], _} = scheduler |> Scheduler.loaded(7, 0.0) |> submit(0, unit("b"))
  end

  test "a node that is going finishes what it holds, or gives it back" do
    {_, scheduler} = submit_all(scheduler(1), 0, [unit("works"), unit("waits")])
    {false, scheduler} = Scheduler.drain(scheduler)
    assert {[{:failed, "new", "overloaded"}], scheduler} = submit(scheduler, 0, unit("new"))
    {said, scheduler} = finish(scheduler, 1, 0)
    assert said == [{:done, "works"}, {:start, "waits", Scheduler.here()}]
    {todo, scheduler} = Scheduler.give_back(scheduler, 2)
    assert said(todo) == [{:cancel, Scheduler.here()}, {:failed, "waits", "unrouted"}]
    assert {true, _} = Scheduler.drain(scheduler)
  end
end
