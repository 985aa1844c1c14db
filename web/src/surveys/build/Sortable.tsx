import {
  type Announcements,
  closestCenter,
  DndContext,
  type DragEndEvent,
  KeyboardSensor,
  MeasuringStrategy,
  PointerSensor,
  useSensor,
  useSensors,
} from "@dnd-kit/core";
import {
  SortableContext,
  sortableKeyboardCoordinates,
  useSortable,
  verticalListSortingStrategy,
} from "@dnd-kit/sortable";
import { CSS } from "@dnd-kit/utilities";
import { ActionIcon } from "@mantine/core";
import { IconGripVertical } from "@tabler/icons-react";
import { type ReactNode, useRef } from "react";
import { useTranslation } from "react-i18next";
import classes from "./build.module.css";

interface SortableAreaProps {
  /** What can be moved, in the order shown. */
  items: string[];
  nameOf: (key: string) => string;
  /** Where a thing would land on another, in words; its place in the list unless said. */
  whereOf?: (moved: string, onto: string) => string;
  onMove: (moved: string, onto: string) => void;
  onLift?: (lifted: string | null) => void;
  children: ReactNode;
}

/** A list whose rows are moved by mouse, finger or keyboard; every move is announced. */
export function SortableArea(props: SortableAreaProps) {
  const { items, nameOf, onMove, onLift, children } = props;
  const { t } = useTranslation();
  const sensors = useSensors(
    useSensor(PointerSensor, { activationConstraint: { distance: 6 } }),
    useSensor(KeyboardSensor, { coordinateGetter: sortableKeyboardCoordinates }),
  );
  const whereOf =
    props.whereOf ??
    ((_moved: string, onto: string) =>
      t("builder.drag.place", { number: items.indexOf(onto) + 1, count: items.length }));
  const said = (id: unknown) => nameOf(String(id));
  // A lifted row lies over itself first; that must not be said over “lifted”.
  const fresh = useRef(false);
  const announcements: Announcements = {
    onDragStart: ({ active }) => {
      fresh.current = true;
      return t("builder.drag.lifted", { name: said(active.id) });
    },
    onDragOver: ({ active, over }) => {
      const atHome = fresh.current && over?.id === active.id;
      fresh.current = false;
      if (!over || atHome) return undefined;
      const place = whereOf(String(active.id), String(over.id));
      return t("builder.drag.over", { name: said(active.id), place });
    },
    onDragEnd: ({ active, over }) =>
      t("builder.drag.dropped", {
        name: said(active.id),
        place: over ? whereOf(String(active.id), String(over.id)) : "",
      }),
    onDragCancel: ({ active }) => t("builder.drag.cancelled", { name: said(active.id) }),
  };
  const onDragEnd = ({ active, over }: DragEndEvent) => {
    onLift?.(null);
    if (over && active.id !== over.id) onMove(String(active.id), String(over.id));
  };
  return (
    <DndContext
      sensors={sensors}
      collisionDetection={closestCenter}
      measuring={{ droppable: { strategy: MeasuringStrategy.Always } }}
      accessibility={{
        announcements,
        screenReaderInstructions: { draggable: t("builder.drag.how") },
      }}
      onDragStart={({ active }) => onLift?.(String(active.id))}
      onDragCancel={() => onLift?.(null)}
      onDragEnd={onDragEnd}
    >
      <SortableContext items={items} strategy={verticalListSortingStrategy}>
        {children}
      </SortableContext>
    </DndContext>
  );
}

interface SortableRowProps {
  id: string;
  name: string;
  /** Nothing can be put here now. */
  closed?: boolean;
  className?: string | undefined;
  children: ReactNode;
}

/** A row with the handle by which it is moved. */
export function SortableRow({ id, name, closed = false, className, children }: SortableRowProps) {
  const { t } = useTranslation();
  const {
    attributes,
    listeners,
    setNodeRef,
    setActivatorNodeRef,
    transform,
    transition,
    isDragging,
  } = useSortable({
    id,
    disabled: { draggable: false, droppable: closed },
    attributes: { roleDescription: t("builder.drag.handle") },
  });
  const style = { transform: CSS.Translate.toString(transform), transition };
  return (
    <div
      ref={setNodeRef}
      className={`${classes.sortable} ${className ?? ""}`}
      style={style}
      data-dragging={isDragging}
    >
      <ActionIcon
        ref={setActivatorNodeRef}
        variant="subtle"
        color="gray"
        className={classes.grip}
        {...attributes}
        {...listeners}
        aria-label={t("surveys.move", { name })}
      >
        <IconGripVertical size={14} aria-hidden />
      </ActionIcon>
      {children}
    </div>
  );
}
