# @generated: comes with what ltpc writes for Elixir, and is the same for every protocol but for the name of its module.
defmodule PacketFlow.Runtime.Formats do
  @moduledoc "Formats with a name: UUID and date-time."

  @days {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}
  @latest 253_402_300_799_999

  defguardp is_hex(c) when c in ?0..?9 or c in ?a..?f or c in ?A..?F

  @doc "Whether the text is of RFC 9562's form, in either case."
  @spec uuid?(String.t()) :: boolean()
  def uuid?(<<a::binary-8, ?-, b::binary-4, ?-, c::binary-4, ?-, d::binary-4, ?-, e::binary-12>>),
    do: hex?(a) and hex?(b) and hex?(c) and hex?(d) and hex?(e)

  def uuid?(_), do: false

  @doc "Whether the text is an RFC 3339 date and time with an offset; a leap second only as the last one of a UTC day."
  @spec datetime?(String.t()) :: boolean()
  def datetime?(text) do
    case Regex.run(
           ~r/\A([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.[0-9]+)?(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))\z/,
           text
         ) do
      nil ->
        false

      [_, year, month, day, hour, minute, second | offset] ->
        [year, month, day, hour, minute, second] = Enum.map([year, month, day, hour, minute, second], &String.to_integer/1)

        date?(year, month, day) and time?(hour, minute, second, east(offset))
    end
  end

  @doc "Milliseconds since the Unix epoch as RFC 3339 text in UTC."
  @spec rfc3339(integer()) :: String.t()
  def rfc3339(unix), do: unix |> min(@latest) |> DateTime.from_unix!(:millisecond) |> DateTime.to_iso8601()

  defp date?(year, month, day) when month in 1..12 do
    leap = if month == 2 and rem(year, 4) == 0 and (rem(year, 100) != 0 or rem(year, 400) == 0), do: 1, else: 0
    day in 1..(elem(@days, month - 1) + leap)
  end

  defp date?(_, _, _), do: false

  defp time?(_, _, _, nil), do: false

  defp time?(hour, minute, second, east) do
    last? = Integer.mod(hour * 60 + minute - east, 1440) == 1439
    hour < 24 and minute < 60 and (second < 60 or (second == 60 and last?))
  end

  # Minutes that local time is ahead.
  defp east([]), do: 0

  defp east([sign, hours, minutes]) do
    {hours, minutes} = {String.to_integer(hours), String.to_integer(minutes)}

    cond do
      hours > 23 or minutes > 59 -> nil
      sign == "-" -> -(hours * 60 + minutes)
      true -> hours * 60 + minutes
    end
  end

  defp hex?(<<c, rest::binary>>) when is_hex(c), do: hex?(rest)
  defp hex?(rest), do: rest == ""
end
