defmodule Shop.Item do
  defstruct [:name, :price, tags: []]
end

defmodule Shop.Cache do
  @moduledoc "A GenServer with a state that looks as Elixir's do."
  use GenServer

  def start(name \\ __MODULE__) do
    GenServer.start(__MODULE__, name, name: name)
  end

  def put(key, value), do: GenServer.call(__MODULE__, {:put, key, value})
  def fetch(key), do: GenServer.call(__MODULE__, {:fetch, key})

  @impl true
  def init(_) do
    {:ok, %{items: %{"pen" => %Shop.Item{name: "pen", price: 1.5, tags: [:blue, :"two words"]}}, hits: 0}}
  end

  @impl true
  def handle_call({:put, key, value}, _from, state) do
    {:reply, :ok, put_in(state.items[key], value)}
  end

  def handle_call({:fetch, key}, _from, state) do
    {:reply, Map.fetch(state.items, key), %{state | hits: state.hits + 1}}
  end
end

defmodule Shop.Menagerie do
  @moduledoc "A process of each kind that Elixir has, for menagerie.erl; each function gives the pid of a new one."

  def cache, do: Shop.Cache.start()
  def agent, do: Agent.start(fn -> %{} end, name: :"shop agent")
  def task, do: Task.start(fn -> :patient.wait() end)
  def plain, do: spawn(fn -> :patient.wait() end)

  def supervisor do
    unlinked(Supervisor.start_link([{Agent, fn -> 0 end}], strategy: :one_for_one, name: Shop.Supervisor))
  end

  def dynamic_supervisor, do: unlinked(DynamicSupervisor.start_link(strategy: :one_for_one))

  def labelled do
    asker = self()

    pid =
      :proc_lib.spawn(fn ->
        label({Shop.Cart, %Shop.Item{name: "pen", price: 2}, "ann"})
        send(asker, {:made, self()})
        :patient.wait()
      end)

    receive do
      {:made, ^pid} -> pid
    end
  end

  defp label(label) do
    if function_exported?(Process, :set_label, 1) do
      apply(Process, :set_label, [label])
    else
      Process.put(:"$process_label", label)
    end
  end

  defp unlinked({:ok, pid}) do
    Process.unlink(pid)
    pid
  end
end

defmodule Shop.Tree do
  @moduledoc "A supervisor of each kind that Elixir has; each function gives the pid of one with children."

  def dynamic do
    {:ok, pid} =
      DynamicSupervisor.start_link(strategy: :one_for_one, name: Shop.Dynamic, max_restarts: 7, max_seconds: 11)

    for n <- 1..4, do: {:ok, _} = DynamicSupervisor.start_child(pid, {Agent, fn -> n end})
    unlinked(pid)
  end

  def tasks do
    {:ok, pid} = Task.Supervisor.start_link(name: Shop.Tasks)
    for _ <- 1..3, do: {:ok, _} = Task.Supervisor.start_child(pid, fn -> :patient.wait() end)
    unlinked(pid)
  end

  def registry do
    {:ok, pid} = Registry.start_link(keys: :unique, name: Shop.Registry, partitions: 3)
    unlinked(pid)
  end

  def plain do
    {:ok, pid} = Supervisor.start_link([{Agent, fn -> 0 end}], strategy: :rest_for_one, name: Shop.Supervisor)
    unlinked(pid)
  end

  defp unlinked(pid) do
    Process.unlink(pid)
    pid
  end
end
