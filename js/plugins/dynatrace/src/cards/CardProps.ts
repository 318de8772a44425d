import { ComponentType } from 'react';

/**
 * What is told to a component that stands in for a card without rows.
 *
 * @public
 */
export interface EmptyStateProps {
  /** Name of the entity. */
  componentName: string;
  /** Id of the card. */
  queryName: string;
  /** Namespace of the query id; `dynatrace` for cards. */
  queryNamespace: string;
  /** More to say. */
  additionalInformation?: string;
}

/**
 * What every card can be told.
 *
 * @public
 */
export interface CardProps {
  /** Replaces the title of the card. */
  title?: string;
  /** Rows a page; 10 where absent. */
  pageSize?: number;
  /** How far back the card looks, such as `now-7d`, where no picker on the page says otherwise. */
  timeframe?: string;
  /** Drawn in place of the card's own text when there are no rows. */
  emptyState?: ComponentType<EmptyStateProps>;
}
