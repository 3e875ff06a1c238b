import type { Person } from './people.ts';

/** The ten fields of the requirements. */
export const billingAddress = ({ name, email }: Person) => ({
  first_name: name,
  last_name: 'Tester',
  email,
  address_line1: '123 Main St',
  address_line2: 'Apt 4B',
  city: 'San Francisco',
  state: 'CA',
  postal_code: '94105',
  country: 'US',
  phone: '+1234567890',
});
