/** What a key does in `svc dash`: a view and a key in, the next view out, or what has to be done besides. */
import { chosenOf, type DashState, type View } from "./dash-state.ts";

export interface Key {
  /** As node:readline names it: "up", "q", "return". */
  readonly name: string;
  readonly ctrl: boolean;
}

export type Action =
  | { readonly do: "show"; readonly view: View }
  | { readonly do: "restart"; readonly name: string; readonly view: View }
  | { readonly do: "quit" }
  | { readonly do: "redraw" };

export function press(state: Pick<DashState, "statuses">, view: View, { name, ctrl }: Key): Action {
  const show = (change: Partial<View>): Action => ({ do: "show", view: { ...view, ...change } });
  if (ctrl) return name === "c" || name === "d" ? { do: "quit" } : name === "l" ? { do: "redraw" } : show({});
  const chosen = chosenOf(state, view)?.name;
  if (view.page === "question") {
    const back: View = { ...view, page: "all" };
    // Whatever else is pressed is a no: nobody restarts a service by mistake.
    return name === "y" && chosen !== undefined && chosen === view.chosen
      ? { do: "restart", name: chosen, view: back }
      : { do: "show", view: back };
  }
  switch (name) {
    case "q":
      return { do: "quit" };
    case "escape":
      return show({ page: "all", offset: 0 });
    case "up":
    case "k":
      return move(state, view, -1);
    case "down":
    case "j":
      return move(state, view, 1);
    case "return":
    case "enter":
    case "d":
      return show({ page: view.page === "details" ? "all" : "details", chosen, offset: 0 });
    case "l":
      return show({ page: view.page === "log" ? "all" : "log", chosen, offset: 0 });
    case "r":
      return chosen === undefined ? show({}) : show({ page: "question", chosen, offset: 0 });
    default:
      return show({});
  }
}

/** Among the services; in details that are longer than the screen, through their lines. */
function move(state: Pick<DashState, "statuses">, view: View, by: number): Action {
  if (view.page === "details") return { do: "show", view: { ...view, offset: Math.max(0, view.offset + by) } };
  const all = state.statuses.value ?? [];
  const at = all.findIndex(({ name }) => name === chosenOf(state, view)?.name);
  const next = all[Math.min(all.length - 1, Math.max(0, at + by))];
  return { do: "show", view: { ...view, chosen: next?.name ?? view.chosen } };
}
