# @generated: comes with what ltpc writes for Elixir, and is the same for every protocol but for the name of its module.
defmodule PacketFlow.Runtime.Entropy do
  @moduledoc "Where randomness comes from: the system, or the generator of scripts, which gives the same numbers in every language."

  import Bitwise

  @type t :: :system | {:split_mix, non_neg_integer()}

  @u64 0xFFFF_FFFF_FFFF_FFFF

  @doc "The generator of scripts."
  @spec seeded(integer()) :: t()
  def seeded(seed), do: {:split_mix, seed &&& @u64}

  @doc "32 random bits."
  @spec next(t()) :: {non_neg_integer(), t()}
  def next(:system) do
    <<drawn::32>> = :crypto.strong_rand_bytes(4)
    {drawn, :system}
  end

  def next({:split_mix, state}) do
    state = state + 0x9E37_79B9_7F4A_7C15 &&& @u64
    z = bxor(state, state >>> 30) * 0xBF58_476D_1CE4_E5B9 &&& @u64
    z = bxor(z, z >>> 27) * 0x94D0_49BB_1331_11EB &&& @u64
    {bxor(z, z >>> 31) >>> 32, {:split_mix, state}}
  end

  @doc "A UUIDv4: four draws."
  @spec uuid(t()) :: {String.t(), t()}
  def uuid(entropy) do
    {octets, entropy} = draw(entropy, 4)
    <<a::binary-6, _::4, b::12, _::2, c::62>> = octets
    text = Base.encode16(<<a::binary, 4::4, b::12, 2::2, c::62>>, case: :lower)
    <<a::binary-8, b::binary-4, c::binary-4, d::binary-4, e::binary-12>> = text
    {"#{a}-#{b}-#{c}-#{d}-#{e}", entropy}
  end

  @doc "Random hexadecimal digits behind a text: a draw for each eight."
  @spec hex(t(), String.t(), non_neg_integer()) :: {String.t(), t()}
  def hex(entropy, prefix, digits) do
    {octets, entropy} = draw(entropy, div(digits + 7, 8))
    {prefix <> binary_part(Base.encode16(octets, case: :lower), 0, digits), entropy}
  end

  defp draw(entropy, count), do: draw(entropy, count, <<>>)

  defp draw(entropy, 0, octets), do: {octets, entropy}

  defp draw(entropy, left, octets) do
    {drawn, entropy} = next(entropy)
    draw(entropy, left - 1, <<octets::binary, drawn::32>>)
  end
end
