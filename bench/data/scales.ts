/** How many rows are drawn. What is drawn twice or cannot be is left out, so tables hold a few percent less. */
export interface Scale {
  courses: number;
  users: number;
  enrollments: number;
  cart_items: number;
  wishes: number;
  orders: number;
  active_share: number;
}

export type ScaleName = 'tiny' | 'S' | '10S';

/**
 * S is a marketplace of 10,000 courses; 10S has ten times as many courses, users, enrolments and reviews, of whose
 * users one in five studies. Tiny is for tests.
 */
export const scales: Record<ScaleName, Scale> = {
  tiny: {
    courses: 200,
    users: 1000,
    enrollments: 8000,
    cart_items: 1200,
    wishes: 1500,
    orders: 600,
    active_share: 1,
  },
  S: {
    courses: 10_000,
    users: 50_000,
    enrollments: 530_000,
    cart_items: 85_000,
    wishes: 102_000,
    orders: 50_000,
    active_share: 1,
  },
  '10S': {
    courses: 100_000,
    users: 500_000,
    enrollments: 5_300_000,
    cart_items: 850_000,
    wishes: 1_020_000,
    orders: 500_000,
    active_share: 0.2,
  },
};

export function isScaleName(name: string): name is ScaleName {
  return Object.hasOwn(scales, name);
}
