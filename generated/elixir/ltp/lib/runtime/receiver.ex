# @generated: comes with what ltpc writes for Elixir, and is the same for every protocol but for the name of its module.
defmodule LTP.Runtime.Receiver do
  @moduledoc "Who is handed what arrives in a session: a process, or a function that has one of its own."

  @type t :: pid() | nil

  # Events that it has not taken, from which on nothing more is read.
  @waiting 1_024

  @doc "The process for a handler. A function has one of its own: it may itself ask the session for something."
  @spec new(pid() | (pid(), term() -> term()) | nil) :: t()
  def new(function) when is_function(function, 2), do: spawn_link(fn -> handle(function) end)
  def new(handler), do: handler

  @doc "Hands over an event of the calling session."
  @spec tell(t(), module(), term()) :: :ok
  def tell(nil, _, _), do: :ok

  def tell(pid, module, event) do
    send(pid, {module, self(), event})
    :ok
  end

  @doc "Whether so much waits for it that nothing more should be read."
  @spec busy?(t()) :: boolean()
  def busy?(pid) when is_pid(pid) and node(pid) == node() do
    case Process.info(pid, :message_queue_len) do
      {:message_queue_len, length} -> length >= @waiting
      nil -> false
    end
  end

  def busy?(_), do: false

  defp handle(function) do
    receive do
      {_, session, {:ended, _} = event} ->
        function.(session, event)

      {_, session, event} ->
        function.(session, event)
        handle(function)
    end
  end
end
