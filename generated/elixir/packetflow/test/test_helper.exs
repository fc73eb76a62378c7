Logger.configure(level: :none)
ExUnit.start()
