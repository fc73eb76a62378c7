# @generated: comes with what ltpc writes for Elixir, and is the same for every protocol but for the name of its module.
defmodule PacketFlow.Runtime.Timers do
  @moduledoc """
  What runs by time. All times are in milliseconds, and arguments.

  A timer has one deadline; arming it again replaces it. An interval falls due again and again; where whole periods were missed, once for all of
  them. Of a queue deadlines are met in the order in which they were set; arming a full one makes the oldest due at once.
  """

  alias PacketFlow.Runtime.Entropy

  @type timer ::
          {:timer, integer() | nil}
          | {:interval, integer() | nil, pos_integer()}
          | {:queue, pos_integer(), [integer()], non_neg_integer(), integer()}

  @typedoc "Pauses between tries: each longer than the one before, up to a cap, varied by chance."
  @type retry :: %{plan: map(), used: non_neg_integer(), delay: non_neg_integer(), due: integer() | nil}

  @u64 0xFFFF_FFFF_FFFF_FFFF

  @doc "A timer that is not armed; a queue of so many deadlines."
  @spec new(pos_integer() | nil) :: timer()
  def new(nil), do: {:timer, nil}
  def new(capacity), do: {:queue, max(capacity, 1), [], 0, 0}

  @doc "An interval that begins now."
  @spec interval(integer(), integer()) :: timer()
  def interval(now, period), do: {:interval, later(now, max(period, 1)), max(period, 1)}

  @doc "So much later, as far as 64 bits go."
  @spec later(integer(), integer()) :: integer()
  def later(now, duration), do: min(now + duration, @u64)

  @doc "Sets a deadline."
  @spec arm(timer(), integer(), integer()) :: timer()
  def arm({:timer, _}, _, at), do: {:timer, at}

  def arm({:queue, capacity, deadlines, overdue, since}, now, at) do
    if length(deadlines) >= capacity do
      since = if overdue == 0, do: now, else: since
      {:queue, capacity, tl(deadlines) ++ [at], overdue + 1, since}
    else
      {:queue, capacity, deadlines ++ [at], overdue, since}
    end
  end

  @doc "Takes a deadline away, of a queue the oldest."
  @spec disarm(timer()) :: timer()
  def disarm({:timer, _}), do: {:timer, nil}
  def disarm({:interval, _, period}), do: {:interval, nil, period}
  def disarm({:queue, capacity, deadlines, overdue, since}) when overdue > 0, do: {:queue, capacity, deadlines, overdue - 1, since}
  def disarm({:queue, capacity, deadlines, 0, since}), do: {:queue, capacity, Enum.drop(deadlines, 1), 0, since}

  @doc "When it is due next."
  @spec deadline(timer()) :: integer() | nil
  def deadline({:timer, due}), do: due
  def deadline({:interval, due, _}), do: due
  def deadline({:queue, _, _, overdue, since}) when overdue > 0, do: since
  def deadline({:queue, _, deadlines, _, _}), do: List.first(deadlines)

  @doc "It was due."
  @spec take(timer(), integer()) :: timer()
  def take({:interval, due, period}, now) do
    following = later(due || 0, period)
    {:interval, if(following <= now, do: later(now, period), else: following), period}
  end

  def take(timer, _), do: disarm(timer)

  @doc "No try was used."
  @spec retry(map()) :: retry()
  def retry(plan), do: %{plan: plan, used: 0, delay: whole(plan.first), due: nil}

  @doc "Uses up one try and sets its time; whether there was one left."
  @spec try_again(retry(), integer(), Entropy.t()) :: {boolean(), retry(), Entropy.t()}
  def try_again(%{plan: %{tries: tries}, used: used} = retry, _, entropy) when used >= tries, do: {false, retry, entropy}

  def try_again(%{plan: plan} = retry, now, entropy) do
    cap = whole(plan.cap)
    delay = min(retry.delay, cap)
    retry = %{retry | used: retry.used + 1, delay: min(delay * plan.factor, @u64)}
    {pause, entropy} = varied(delay, plan.jitter, cap, entropy)
    {true, %{retry | due: later(now, pause)}, entropy}
  end

  defp varied(delay, 0, _, entropy), do: {delay, entropy}

  defp varied(delay, jitter, cap, entropy) do
    spread = div(delay * jitter, 100)
    {drawn, entropy} = Entropy.next(entropy)
    {min(delay - spread + Bitwise.bsr(drawn * (2 * spread + 1), 32), cap), entropy}
  end

  # Integers past what a double holds stand as texts in the tables.
  defp whole(text) when is_binary(text), do: String.to_integer(text)
  defp whole(number), do: number
end
